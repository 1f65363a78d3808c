/**
 * The engine: waiting, local lines, re-entry, renewal, loss and shutdown, the same for
 * every store. Free of Spring. Start reading at
 * {@link dev.distributedlock.core.DefaultLockRegistry}.
 */
@NullMarked
package dev.distributedlock.core;

import org.jspecify.annotations.NullMarked;
