/**
 * Fencing of what is written to Redis: the check and the write are one script.
 */
@NullMarked
package dev.distributedlock.fencing.redis;

import org.jspecify.annotations.NullMarked;
