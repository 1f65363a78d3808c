/**
 * Locks for the tests of applications: {@link dev.distributedlock.test.TestLocks} is the
 * store, the other instances and the clock; {@link dev.distributedlock.test.LockRace}
 * lets callers compete.
 */
@NullMarked
package dev.distributedlock.test;

import org.jspecify.annotations.NullMarked;
