package dev.distributedlock.interceptor;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.OnLockLost;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What becomes of a call whose lock is lost while its method runs: leases on the real
 * engine that end after 50 ms.
 */
@ExtendWith(OutputCaptureExtension.class)
class LockLostReactionTests {

	private final ApplicationContextRunner runner = LockedBeans.engine()
		.withPropertyValues("distributed-lock.defaults.lease-time=50ms", "distributed-lock.defaults.renew=false")
		.withBean(Service.class);

	@Test
	void lossIsThrownAfterTheMethod() {
		this.runner.run((context) -> {
			Service service = context.getBean(Service.class);
			assertThatExceptionOfType(LockLostException.class).isThrownBy(service::thrown).withNoCause();
			assertThat(service.finished()).isTrue();
		});
	}

	@Test
	void exceptionOfTheMethodIsNotMasked() {
		this.runner
			.run((context) -> assertThatIllegalStateException().isThrownBy(context.getBean(Service.class)::failing)
				.withMessage("body")
				.satisfies((ex) -> assertThat(ex.getSuppressed()).hasExactlyElementsOfTypes(LockLostException.class)));
	}

	@Test
	void lossIsLoggedAndTheResultReturned(CapturedOutput output) {
		this.runner.run((context) -> {
			assertThat(context.getBean(Service.class).logged()).isEqualTo("done");
			assertThat(output).containsOnlyOnce("Service.logged() went on although its lock was lost");
		});
	}

	@Test
	void threadIsInterruptedAtTheMomentOfTheLoss() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(LockLostException.class).isThrownBy(context.getBean(Service.class)::interrupted)
				.satisfies(
						(ex) -> assertThat(ex.getSuppressed()).hasExactlyElementsOfTypes(InterruptedException.class));
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		});
	}

	@Test
	void interruptThatTheMethodSwallowedIsNotLeftToTheThread() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(LockLostException.class).isThrownBy(context.getBean(Service.class)::ignoring);
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
		});
	}

	@Test
	void interruptOfSomebodyElseIsLeftToTheThread() {
		this.runner.withPropertyValues("distributed-lock.defaults.lease-time=30s").run((context) -> {
			context.getBean(Service.class).interruptingItself();
			assertThat(Thread.interrupted()).isTrue();
		});
	}

	static class Service {

		private volatile boolean finished;

		public boolean finished() {
			return this.finished;
		}

		@DistributedLock
		public void thrown() {
			awaitLoss();
			this.finished = true;
		}

		@DistributedLock(onLockLost = OnLockLost.THROW)
		public void failing() {
			awaitLoss();
			throw new IllegalStateException("body");
		}

		@DistributedLock(onLockLost = OnLockLost.LOG)
		public String logged() {
			awaitLoss();
			return "done";
		}

		@DistributedLock(onLockLost = OnLockLost.INTERRUPT)
		public void interrupted() throws InterruptedException {
			assertThat(new CountDownLatch(1).await(10, TimeUnit.SECONDS)).isTrue();
		}

		@DistributedLock(onLockLost = OnLockLost.INTERRUPT)
		public void ignoring() {
			while (!Thread.currentThread().isInterrupted()) {
				Thread.onSpinWait();
			}
		}

		@DistributedLock(onLockLost = OnLockLost.INTERRUPT)
		public void interruptingItself() {
			Thread.currentThread().interrupt();
		}

		private static void awaitLoss() {
			LockLease lease = LockContext.current();
			Awaitility.await("the end of the lease").pollInterval(Duration.ofMillis(5)).until(() -> !lease.isValid());
		}

	}

}
