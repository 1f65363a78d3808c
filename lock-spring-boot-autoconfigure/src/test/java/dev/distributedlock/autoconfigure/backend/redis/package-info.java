/**
 * Tests of the auto-configuration of the store on Redis.
 */
@NullMarked
package dev.distributedlock.autoconfigure.backend.redis;

import org.jspecify.annotations.NullMarked;
