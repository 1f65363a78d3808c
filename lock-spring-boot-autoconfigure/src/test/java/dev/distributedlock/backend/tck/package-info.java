/**
 * The contract of {@link dev.distributedlock.backend.LockBackend} as tests. A store's
 * test class extends {@link dev.distributedlock.backend.tck.LockBackendContract} and
 * implements the contract of each capability that the store declares.
 */
@NullMarked
package dev.distributedlock.backend.tck;

import org.jspecify.annotations.NullMarked;
