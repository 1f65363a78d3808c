package dev.distributedlock.core;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import dev.distributedlock.LockLostEvent.Reason;
import dev.distributedlock.LockRequest;
import dev.distributedlock.backend.AcquireResult.Acquired;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A hold that is released, lost, renewed, nested and looked at by three threads at the
 * same time, while its time passes, behaves as if they took turns.
 */
// A confirmation and the passing of time do not run at the same moment here: the check
// that the lease was in time and the new validity are two steps, and no structure can
// make one step of a clock and a field. An observer may thus see "over" and then "valid"
// if the last nanosecond falls in between, which the confirmation of the store justifies.
@Tag("interleavings")
class HoldInterleavingTests {

	private static final Duration LEASE = Duration.ofMillis(100);

	private static final long MARGIN = 3_000_000;

	@Test
	void holdIsAtomic() {
		options().check(Operations.class);
	}

	@Test
	void holdThatIsBothReleasedAndLostIsFound() {
		assertThatExceptionOfType(LincheckAssertionError.class).isThrownBy(() -> options().check(RacyHold.class));
	}

	private static ModelCheckingOptions options() {
		return new ModelCheckingOptions().sequentialSpecification(PlainHold.class)
			.threads(3)
			.actorsPerThread(3)
			.actorsBefore(1)
			.actorsAfter(2)
			.iterations(10)
			.invocationsPerIteration(300);
	}

	private static Hold hold(AtomicLong now) {
		// The hold takes a token of the grant; who made the grant does not matter here.
		StoreGrant grant = new StoreGrant(null, now::get, new Acquired(1, 1), null);
		return new Hold(now::get,
				new Terms(LockRequest.of("k"), LEASE, LEASE, false, Duration.ZERO, Duration.ZERO, null), grant,
				Hold.validUntil(0, LEASE));
	}

	/** The structure under test, on a clock that moves by operations. */
	@Param(name = "millis", gen = IntGen.class, conf = "20:80")
	public static class Operations {

		private final AtomicLong now = new AtomicLong();

		private final Hold hold = hold(this.now);

		@Operation
		public boolean retain() {
			return this.hold.retain();
		}

		@Operation
		public boolean drop() {
			return this.hold.drop();
		}

		@Operation
		public boolean end() {
			return this.hold.end();
		}

		@Operation
		public boolean lose() {
			return this.hold.lose(Reason.EXPIRED);
		}

		@Operation
		public boolean held() {
			return this.hold.held();
		}

		@Operation
		public boolean valid() {
			return this.hold.valid();
		}

		@Operation
		public boolean isAnnouncedAsLost() {
			return this.hold.loss() != null;
		}

		@Operation(params = "millis", nonParallelGroup = "time")
		public void pass(int millis) {
			this.now.addAndGet(millis * 1_000_000L);
		}

		@Operation(nonParallelGroup = "time")
		public void confirm() {
			this.hold.confirm(this.now.get(), LEASE);
		}

	}

	/** What it is to look like. */
	public static class PlainHold {

		private long now;

		private long validUntil = LEASE.toNanos() - MARGIN;

		private int leases = 1;

		private boolean held = true;

		private boolean lost;

		public boolean retain() {
			this.leases = (this.leases > 0) ? this.leases + 1 : 0;
			return this.leases > 0;
		}

		public boolean drop() {
			return --this.leases == 0;
		}

		public boolean end() {
			boolean ended = this.held;
			this.held = false;
			return ended;
		}

		public boolean lose() {
			this.lost |= this.held;
			return end();
		}

		public boolean held() {
			return this.held;
		}

		public boolean valid() {
			return this.held && this.now < this.validUntil;
		}

		public boolean isAnnouncedAsLost() {
			return this.lost;
		}

		public void pass(int millis) {
			this.now += millis * 1_000_000L;
		}

		public void confirm() {
			if (valid()) {
				this.validUntil = Math.max(this.validUntil, this.now + LEASE.toNanos() - MARGIN);
			}
		}

	}

	/** The planted bug: who ends the hold looks first and acts then. */
	@Param(name = "millis", gen = IntGen.class, conf = "20:80")
	public static class RacyHold extends Operations {

		private volatile boolean held = true;

		private volatile boolean lost;

		@Operation
		@Override
		public boolean end() {
			boolean ended = this.held;
			this.held = false;
			return ended;
		}

		@Operation
		@Override
		public boolean lose() {
			boolean ended = this.held;
			this.held = false;
			this.lost |= ended;
			return ended;
		}

		@Operation
		@Override
		public boolean held() {
			return this.held;
		}

		@Operation
		@Override
		public boolean valid() {
			return this.held && super.valid();
		}

		@Operation
		@Override
		public boolean isAnnouncedAsLost() {
			return this.lost;
		}

	}

}
