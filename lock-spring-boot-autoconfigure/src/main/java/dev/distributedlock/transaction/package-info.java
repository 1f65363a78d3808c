/**
 * Locks and Spring's transactions.
 *
 * <pre>
 * A transaction that is active when a lock is taken
 *
 * SpringLockTransactions           of threads: refuse, warn, keep the lock until completion (ActiveTransaction)
 * SpringReactiveLockTransactions   of subscriptions: the same
 * KeptLocks, KeptLocksCompletion, ReactiveKeptLocks    what a transaction keeps, and its release
 * ActiveTransactionNotice          what is told, once for each method
 * TransactionOrderReport           what is told at start-up
 *
 * A transaction that is about to commit
 *
 * CommitCheck                      rolls it back if a lock of its thread was lost (CommitCheckRegistration)
 * LockCheckingR2dbcTransactionManager    rolls it back if a lock of its subscription was lost
 *                                  (R2dbcCommitCheckRegistration)
 * ToleratedLosses                  the locks that may be lost nevertheless
 * </pre>
 */
@NullMarked
package dev.distributedlock.transaction;

import org.jspecify.annotations.NullMarked;
