package dev.distributedlock.backend;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A {@link LockBackend} that renews many locks with few commands. What it does to each
 * lock is what {@link LockBackend#renew} does.
 * <p>
 * Locks are renewed independently of each other: one that fails, and one whose part of
 * the store does not answer, has no influence on the others' answers.
 */
@FunctionalInterface
public interface BatchRenewals {

	/**
	 * Make each of some locks last for at least a lease time from now.
	 * @param commands what to renew; the most urgent first
	 * @return one stage for each command, in the same order; each completes as that of
	 * {@link LockBackend#renew} does, and none waits for another one's part of the store
	 */
	List<CompletionStage<Boolean>> renewAll(List<RenewCommand> commands);

}
