/**
 * A real Redis for a machine that has none, shared by all instances on it.
 */
@NullMarked
package dev.distributedlock.sample.redis;

import org.jspecify.annotations.NullMarked;
