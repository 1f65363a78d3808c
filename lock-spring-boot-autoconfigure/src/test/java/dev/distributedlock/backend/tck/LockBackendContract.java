package dev.distributedlock.backend.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.AcquireResult.Acquired;
import dev.distributedlock.backend.AcquireResult.Denied;
import dev.distributedlock.backend.BackendProbe;
import dev.distributedlock.backend.BatchRenewals;
import dev.distributedlock.backend.HolderLookup;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.SharedGrants;
import dev.distributedlock.backend.WaitQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every store does. Times are real: the store's clock is part of what is tested.
 */
public abstract class LockBackendContract implements BackendSubject {

	private static final Map<Class<?>, Class<?>> CONTRACTS = Map.of(WaitQueue.class, WaitQueueContract.class,
			HolderLookup.class, HolderLookupContract.class, BackendProbe.class, BackendProbeContract.class,
			BatchRenewals.class, BatchRenewalsContract.class, SharedGrants.class, SharedGrantsContract.class);

	@Test
	void testsAllCapabilitiesThatTheBackendDeclaresAndNoOther() {
		CONTRACTS.forEach((capability, contract) -> assertThat(contract.isInstance(this))
			.as("%s is tested", capability.getSimpleName())
			.isEqualTo(capability.isInstance(backend())));
	}

	@Test
	void nameIsConstantAndLowerCase() {
		assertThat(backend().name()).matches("[a-z0-9-]+").isEqualTo(otherInstance().name());
	}

	@Test
	void secondOwnerIsDeniedUntilRelease() {
		LockKey key = newKey();
		String first = newOwner();
		String second = newOwner();
		acquire(key, first, LONG);
		assertThat(attempt(key, second, LONG)).isInstanceOf(Denied.class);
		assertThat(await(backend().release(key, first))).isTrue();
		assertThat(attempt(key, second, LONG)).isInstanceOf(Acquired.class);
		assertThat(await(backend().release(key, second))).isTrue();
	}

	@Test
	void instancesExcludeEachOther() {
		LockKey key = newKey();
		String first = newOwner();
		acquire(key, first, LONG);
		AcquireCommand command = new AcquireCommand(key, newOwner(), "instance-2", LONG, false);
		assertThat(await(otherInstance().acquire(command))).isInstanceOf(Denied.class);
		await(backend().release(key, first));
		assertThat(await(otherInstance().acquire(command))).isInstanceOf(Acquired.class);
		assertThat(await(otherInstance().release(key, command.owner()))).isTrue();
	}

	@Test
	void repeatedAcquireOfTheOwnerReturnsTheSameGrantWithAFreshLease() {
		LockKey key = newKey();
		String owner = newOwner();
		long token = acquire(key, owner, Duration.ofSeconds(30));
		assertThat(acquire(key, owner, LONG)).isEqualTo(token);
		assertThat(store().remaining(key).orElseThrow()).isGreaterThan(Duration.ofSeconds(31));
		assertThat(await(backend().release(key, owner))).isTrue();
		assertThat(store().remaining(key)).as("one release ends it").isEmpty();
	}

	@Test
	void onlyTheOwnerReleases() {
		LockKey key = newKey();
		String owner = newOwner();
		acquire(key, owner, LONG);
		assertThat(await(backend().release(key, newOwner()))).isFalse();
		assertThat(store().remaining(key)).isPresent();
		assertThat(attempt(key, newOwner(), LONG)).isInstanceOf(Denied.class);
		assertThat(await(backend().release(key, owner))).isTrue();
		assertThat(await(backend().release(key, owner))).as("second release").isFalse();
	}

	@Test
	void onlyTheOwnerRenews() {
		LockKey key = newKey();
		String owner = newOwner();
		acquire(key, owner, Duration.ofSeconds(30));
		assertThat(await(backend().renew(key, newOwner(), LONG))).isFalse();
		assertThat(store().remaining(key).orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(30));
		assertThat(await(backend().renew(key, owner, LONG))).isTrue();
		assertThat(store().remaining(key).orElseThrow()).isGreaterThan(Duration.ofSeconds(31));
		await(backend().release(key, owner));
	}

	@Test
	void renewalNeverShortensALease() {
		LockKey key = newKey();
		String owner = newOwner();
		acquire(key, owner, LONG);
		assertThat(await(backend().renew(key, owner, SHORT))).isTrue();
		assertThat(store().remaining(key).orElseThrow()).isGreaterThan(LONG.dividedBy(2));
		await(backend().release(key, owner));
	}

	@Test
	void freeLockIsNeitherRenewedNorReleased() {
		LockKey key = newKey();
		assertThat(await(backend().renew(key, newOwner(), LONG))).isFalse();
		assertThat(await(backend().release(key, newOwner()))).isFalse();
		assertThat(store().remaining(key)).isEmpty();
	}

	@Test
	void storeEndsALeaseThatIsNotRenewed() {
		LockKey key = newKey();
		String first = newOwner();
		String second = newOwner();
		long start = System.nanoTime();
		long token = acquire(key, first, SHORT);
		AcquireResult result = Awaitility.await("the lease ends by the store's clock")
			.atMost(patience())
			.pollInterval(Duration.ofMillis(20))
			.until(() -> attempt(key, second, LONG), Acquired.class::isInstance);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT.minusMillis(50));
		assertThat(((Acquired) result).token()).isGreaterThan(token);
		assertThat(await(backend().renew(key, first, LONG))).isFalse();
		assertThat(await(backend().release(key, first))).isFalse();
		assertThat(store().remaining(key)).as("the second holder's lock").isPresent();
		await(backend().release(key, second));
	}

	@Test
	void renewedLeaseOutlivesItsFirstEnd() {
		LockKey key = newKey();
		String owner = newOwner();
		acquire(key, owner, SHORT);
		long start = System.nanoTime();
		Awaitility.await("three times the lease, renewed all along")
			.pollInterval(SHORT.dividedBy(5))
			.atMost(patience())
			.until(() -> {
				assertThat(await(backend().renew(key, owner, SHORT))).isTrue();
				return System.nanoTime() - start > SHORT.multipliedBy(3).toNanos();
			});
		assertThat(await(backend().release(key, owner))).isTrue();
	}

	@Test
	void tokensRiseFromGrantToGrant() {
		LockKey key = newKey();
		List<Long> tokens = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			String owner = newOwner();
			tokens.add(acquire(key, owner, LONG));
			await(((i % 2 == 0) ? backend() : otherInstance()).release(key, owner));
		}
		assertThat(tokens).isSorted().doesNotHaveDuplicates().allSatisfy((token) -> assertThat(token).isPositive());
	}

	@Test
	void grantComesWithTheTokensThatWereAskedFor() {
		LockKey key = newKey();
		AcquireCommand command = new AcquireCommand(key, newOwner(), "instance-1", LONG, false, 33, false, 1);
		Acquired grant = (Acquired) await(backend().acquire(command));
		assertThat(grant.lastToken() - grant.token()).isEqualTo(32);
		assertThat(await(backend().acquire(command))).as("repeated").isEqualTo(grant);
		await(backend().release(key, command.owner()));
		Acquired next = (Acquired) await(
				otherInstance().acquire(new AcquireCommand(key, newOwner(), "instance-2", LONG, false)));
		assertThat(next.token()).isGreaterThan(grant.lastToken()).isEqualTo(next.lastToken());
	}

	@Test
	void releaseLeavesNothingBehind() {
		List<LockKey> keys = IntStream.range(0, 300).mapToObj((i) -> newKey()).toList();
		String owner = newOwner();
		keys.forEach((key) -> acquire(key, owner, LONG));
		assertThat(store().entries()).hasSizeGreaterThanOrEqualTo(keys.size());
		keys.forEach((key) -> assertThat(await(backend().release(key, owner))).isTrue());
		assertThat(store().entries()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "A", " a", "ä", "a\u0308", "\uD83D\uDD12", "日本語", "a/b", "a*b?[c]", "a\\b", "'\"`;--",
			"a:b", "{a}", "a\r\nb", "%25", "token", "lock:x" })
	void oddKeysAreLocksOfTheirOwn(String part) {
		LockKey key = LockKey.of("tck", part);
		String owner = newOwner();
		acquire(key, owner, LONG);
		assertThat(store().remaining(key)).isPresent();
		assertThat(attempt(key, newOwner(), LONG)).isInstanceOf(Denied.class);
		for (LockKey other : List.of(LockKey.of("tck", part + " "), LockKey.of("tck", part, "x"), LockKey.of(part))) {
			assertThat(attempt(other, owner, LONG)).as(other.value()).isInstanceOf(Acquired.class);
			assertThat(await(backend().release(other, owner))).isTrue();
		}
		assertThat(await(backend().release(key, owner))).isTrue();
	}

	@Test
	void longestKeysThatDifferInTheLastByteAreDifferentLocks() {
		LockKey one = LockKey.of("k".repeat(LockKey.MAX_BYTES - 1) + "1");
		LockKey two = LockKey.of("k".repeat(LockKey.MAX_BYTES - 1) + "2");
		String owner = newOwner();
		acquire(one, owner, LONG);
		acquire(two, newOwner(), SHORT);
		assertThat(await(backend().release(one, owner))).isTrue();
		assertThat(attempt(two, newOwner(), LONG)).isInstanceOf(Denied.class);
	}

	@Test
	void exactlyOneOfManyConcurrentOwnersWins() throws InterruptedException {
		int threads = 16;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			Set<Long> tokens = new HashSet<>();
			LockKey key = newKey();
			for (int round = 0; round < 20; round++) {
				ConcurrentLinkedQueue<String> winners = new ConcurrentLinkedQueue<>();
				ConcurrentLinkedQueue<Long> granted = new ConcurrentLinkedQueue<>();
				CountDownLatch start = new CountDownLatch(1);
				CountDownLatch done = new CountDownLatch(threads);
				for (int i = 0; i < threads; i++) {
					AcquireCommand command = new AcquireCommand(key, newOwner(), "instance", LONG, false);
					LockBackend target = (i % 2 == 0) ? backend() : otherInstance();
					executor.execute(() -> {
						try {
							start.await();
							if (await(target.acquire(command)) instanceof Acquired acquired) {
								winners.add(command.owner());
								granted.add(acquired.token());
							}
						}
						catch (InterruptedException ex) {
							Thread.currentThread().interrupt();
						}
						finally {
							done.countDown();
						}
					});
				}
				start.countDown();
				assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
				assertThat(winners).hasSize(1);
				assertThat(tokens.addAll(granted)).as("a new token").isTrue();
				assertThat(await(backend().release(key, winners.element()))).isTrue();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

}
