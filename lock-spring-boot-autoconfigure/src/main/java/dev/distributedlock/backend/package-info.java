/**
 * The SPI for stores: {@link dev.distributedlock.backend.LockBackend} and what a store
 * may add to it.
 */
@NullMarked
package dev.distributedlock.backend;

import org.jspecify.annotations.NullMarked;
