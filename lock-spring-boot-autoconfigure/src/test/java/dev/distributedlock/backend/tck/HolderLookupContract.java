package dev.distributedlock.backend.tck;

import java.time.Duration;
import java.util.Objects;

import dev.distributedlock.LockHolder;
import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireResult.Denied;
import dev.distributedlock.backend.HolderLookup;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a store does that can tell who holds a lock.
 */
public interface HolderLookupContract extends BackendSubject {

	@Test
	default void freeLockHasNoHolder() {
		assertThat(await(((HolderLookup) backend()).holder(newKey()))).isEmpty();
	}

	@Test
	default void holderIsToldToEveryInstance() {
		LockKey key = newKey();
		String owner = newOwner();
		long token = acquire(key, owner, LONG);
		LockHolder holder = await(((HolderLookup) otherInstance()).holder(key)).orElseThrow();
		assertThat(holder.instance()).isEqualTo("instance-1");
		assertThat(holder.token()).isEqualTo(token);
		assertThat(holder.heldFor()).isBetween(Duration.ZERO, Duration.ofSeconds(20));
		assertThat(holder.remaining()).isBetween(LONG.dividedBy(2), LONG);
		await(backend().release(key, owner));
		assertThat(await(((HolderLookup) otherInstance()).holder(key))).isEmpty();
	}

	@Test
	default void timeOfHoldingGrows() {
		LockKey key = newKey();
		String owner = newOwner();
		acquire(key, owner, LONG);
		Awaitility.await("held for longer than a moment")
			.atMost(Duration.ofSeconds(20))
			.until(() -> await(((HolderLookup) backend()).holder(key)).orElseThrow().heldFor().toMillis() >= 50);
		await(backend().release(key, owner));
	}

	@Test
	default void deniedAttemptTellsTheHolder() {
		LockKey key = newKey();
		String owner = newOwner();
		long token = acquire(key, owner, LONG);
		Denied denied = (Denied) attempt(key, newOwner(), LONG);
		LockHolder holder = Objects.requireNonNull(denied.holder());
		assertThat(holder.instance()).isEqualTo("instance-1");
		assertThat(holder.token()).isEqualTo(token);
		assertThat(holder.remaining()).isBetween(LONG.dividedBy(2), LONG);
		await(backend().release(key, owner));
	}

}
