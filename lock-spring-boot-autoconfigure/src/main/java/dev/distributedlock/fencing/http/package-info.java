/**
 * Fencing across HTTP: who calls a service under a lock sends the token along, and the
 * service refuses stale callers.
 */
@NullMarked
package dev.distributedlock.fencing.http;

import org.jspecify.annotations.NullMarked;
