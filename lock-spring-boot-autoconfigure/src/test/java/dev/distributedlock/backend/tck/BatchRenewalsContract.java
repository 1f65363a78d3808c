package dev.distributedlock.backend.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.BatchRenewals;
import dev.distributedlock.backend.RenewCommand;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a store does that can renew many locks at once.
 */
public interface BatchRenewalsContract extends BackendSubject {

	@Test
	default void everyLockOfALargeBatchIsRenewed() {
		List<RenewCommand> batch = new ArrayList<>();
		for (int i = 0; i < 2345; i++) {
			RenewCommand command = new RenewCommand(newKey(), newOwner(), LONG.multipliedBy(3));
			acquire(command.key(), command.owner(), LONG);
			batch.add(command);
		}
		assertThat(renewed(batch)).isEqualTo(Collections.nCopies(batch.size(), true));
		for (int i = 0; i < batch.size(); i += 67) {
			assertThat(store().remaining(batch.get(i).key()).orElseThrow()).as("lock " + i).isGreaterThan(LONG);
		}
		List<CompletionStage<Boolean>> releases = batch.stream()
			.map((command) -> backend().release(command.key(), command.owner()))
			.toList();
		assertThat(releases).allSatisfy((release) -> assertThat(await(release)).isTrue());
	}

	@Test
	default void eachRenewalOfABatchHasItsOwnAnswer() {
		List<RenewCommand> batch = new ArrayList<>();
		List<Boolean> expected = new ArrayList<>();
		for (int i = 0; i < 41; i++) {
			LockKey key = newKey();
			String owner = newOwner();
			boolean free = i % 4 == 1;
			boolean foreign = i % 4 == 2;
			if (!free) {
				acquire(key, foreign ? newOwner() : owner, LONG);
			}
			batch.add(new RenewCommand(key, owner, LONG.multipliedBy(3)));
			expected.add(!free && !foreign);
		}
		assertThat(renewed(batch)).isEqualTo(expected);
		for (int i = 0; i < batch.size(); i++) {
			Duration remaining = store().remaining(batch.get(i).key()).orElse(Duration.ZERO);
			assertThat(remaining.compareTo(LONG) > 0).as("lock " + i).isEqualTo(expected.get(i));
		}
	}

	@Test
	default void renewalInABatchNeverShortensALease() {
		LockKey longer = newKey();
		LockKey shorter = newKey();
		String owner = newOwner();
		acquire(longer, owner, LONG.multipliedBy(3));
		acquire(shorter, owner, LONG);
		assertThat(renewed(List.of(new RenewCommand(longer, owner, LONG), new RenewCommand(shorter, owner, LONG))))
			.containsExactly(true, true);
		assertThat(store().remaining(longer).orElseThrow()).isGreaterThan(LONG.multipliedBy(2));
	}

	@Test
	default void emptyBatchIsAnswered() {
		assertThat(renewed(List.of())).isEmpty();
	}

	private List<Boolean> renewed(List<RenewCommand> batch) {
		return ((BatchRenewals) backend()).renewAll(batch).stream().map(this::await).toList();
	}

}
