/**
 * Auto-configuration of the fencing guard for Redis.
 */
@NullMarked
package dev.distributedlock.autoconfigure.fencing.redis;

import org.jspecify.annotations.NullMarked;
