/**
 * A store in the memory of this JVM, for tests and for applications that run on one node.
 * Exclusion is by one mutex, expiry by the ticker, and the token counts on from the wall
 * clock, so that the semantics are those of a shared store. It excludes nobody in another
 * process and is never chosen without being asked for.
 */
@NullMarked
package dev.distributedlock.backend.memory;

import org.jspecify.annotations.NullMarked;
