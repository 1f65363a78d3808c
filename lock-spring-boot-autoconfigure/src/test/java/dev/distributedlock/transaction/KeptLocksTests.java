package dev.distributedlock.transaction;

import java.time.Duration;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockOptions;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.DefaultLockRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a transaction keeps, on the real engine and leases that end.
 */
@ExtendWith(OutputCaptureExtension.class)
class KeptLocksTests {

	private final InMemoryLockBackend store = new InMemoryLockBackend();

	private final DefaultLockRegistry registry = DefaultLockRegistry.builder(this.store).build();

	private final ToleratedLosses tolerated = new ToleratedLosses(false);

	private final KeptLocks locks = new KeptLocks(this.tolerated, "checkout");

	@AfterEach
	void close() {
		this.registry.close();
	}

	@Test
	void keptLeaseIsReleasedAtTheEndOfTheTransactionAndNotOfTheCall() {
		LockLease lease = acquire("a");
		this.locks.keep(lease, false);
		this.locks.letGo(lease);
		assertThat(lease.isValid()).isTrue();
		this.locks.release(false);
		assertThat(this.store.size()).isZero();
	}

	@Test
	void furtherLeaseOfTheSameGrantIsClosedAtTheEndOfItsCall() {
		LockLease outer = acquire("a");
		LockLease nested = acquire("a");
		this.locks.keep(outer, false);
		this.locks.keep(nested, false);
		this.locks.letGo(nested);
		assertThat(nested.isValid()).isFalse();
		assertThat(this.locks.leases()).containsExactly(outer);
		this.locks.release(false);
	}

	@Test
	void leaseThatComesAfterTheEndOfTheTransactionIsReleasedByItsCall() {
		this.locks.release(true);
		LockLease late = acquire("a");
		this.locks.keep(late, false);
		assertThat(this.locks.leases()).isEmpty();
		this.locks.letGo(late);
		assertThat(this.store.size()).isZero();
	}

	@Test
	void lossIsToldAtTheEndOfTheCallAndBeforeTheCommit() {
		LockLease lease = lost("a", false);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> this.locks.letGo(lease));
		assertThatExceptionOfType(LockLostException.class).isThrownBy(this.locks::check)
			.withMessageStartingWith("Transaction 'checkout' is rolled back instead of being committed")
			.withCauseInstanceOf(LockLostException.class);
		this.locks.release(true);
	}

	@Test
	void lossThatIsToleratedDoesNotKeepTheTransactionFromCommitting() {
		lost("a", true);
		assertThatCode(this.locks::check).doesNotThrowAnyException();
		this.locks.release(false);
	}

	@Test
	void lossIsToleratedOnlyIfAllCallsOfTheLockTolerateIt() {
		LockLease lease = lost("a", true);
		this.locks.keep(lease, false);
		assertThatExceptionOfType(LockLostException.class).isThrownBy(this.locks::check);
		this.locks.release(true);
	}

	@Test
	void closedLeaseIsNotALostOne() {
		LockLease lease = acquire("a");
		this.locks.keep(lease, false);
		lease.close();
		assertThatCode(() -> {
			this.locks.letGo(lease);
			this.locks.check();
			this.locks.release(false);
		}).doesNotThrowAnyException();
	}

	@Test
	void lossAfterTheCheckIsWarnedOfAndTheOthersAreReleased(CapturedOutput output) {
		this.locks.keep(acquire("a"), false);
		lost("b", false);
		this.locks.release(false);
		assertThat(output)
			.containsOnlyOnce("Transaction 'checkout' may have been committed after a lock of it was lost");
		assertThat(this.store.size()).isZero();
		assertThat(this.registry.held()).isEmpty();
	}

	@Test
	void lossInATransactionThatIsRolledBackIsNoReasonForAWarning(CapturedOutput output) {
		lost("a", false);
		this.locks.release(true);
		assertThat(output).doesNotContain("may have been committed");
		assertThat(this.registry.held()).isEmpty();
	}

	private LockLease acquire(String key) {
		return this.registry.acquire(LockRequest.of("orders", key));
	}

	private LockLease lost(String key, boolean lossTolerated) {
		LockLease lease = this.registry
			.acquire(LockRequest.of("orders", key).leaseFor(LockOptions.MIN_LEASE).renewed(false));
		this.locks.keep(lease, lossTolerated);
		// Nothing tells the end of a lease but the clock.
		Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> !lease.isValid());
		return lease;
	}

}
