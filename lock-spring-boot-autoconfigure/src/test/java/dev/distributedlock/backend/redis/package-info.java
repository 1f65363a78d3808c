/**
 * Tests of the store on Redis, all against a real server.
 */
@NullMarked
package dev.distributedlock.backend.redis;

import org.jspecify.annotations.NullMarked;
