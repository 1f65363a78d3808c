/**
 * Tests of the embedded Redis.
 */
@NullMarked
package dev.distributedlock.sample.redis;

import org.jspecify.annotations.NullMarked;
