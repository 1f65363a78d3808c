/**
 * Tests of the fencing guard on real Redis servers.
 */
@NullMarked
package dev.distributedlock.fencing.redis;

import org.jspecify.annotations.NullMarked;
