package dev.distributedlock.interceptor;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockKey;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.ReadLock;
import dev.distributedlock.annotation.WriteLock;
import dev.distributedlock.autoconfigure.DistributedLockAopAutoConfiguration;
import dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.AcquireResult;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A lock that its store cannot do stops the start; the other stores do not matter.
 */
class StoreSupportCheckTests {

	private final ApplicationContextRunner simple = new ApplicationContextRunner()
		.withUserConfiguration(SimpleStore.class)
		.withConfiguration(AutoConfigurations.of(DistributedLockAutoConfiguration.class,
				DistributedLockAopAutoConfiguration.class, AopAutoConfiguration.class));

	@Test
	void storeThatCannotDoItStopsTheStart() {
		LockedBeans.startFails(this.simple, Readers.class, "mode = SHARED", "Readers.run()", "'simple'",
				"distributed-lock.backend");
		LockedBeans.startFails(this.simple, Counted.class, "permits = 4", "'simple'");
		LockedBeans.startFails(this.simple, Fair.class, "fair = true", "'simple'");
		this.simple.withBean(Plain.class).run((context) -> {
			assertThat(context).hasNotFailed();
			context.getBean(Plain.class).run();
		});
	}

	@Test
	void furtherStoreThatCanIsEnough() {
		this.simple.withUserConfiguration(AbleFurtherStore.class).withBean(ReadersElsewhere.class).run((context) -> {
			assertThat(context).hasNotFailed();
			context.getBean(ReadersElsewhere.class).run();
			context.getBean(ReadersElsewhere.class).write();
		});
	}

	@Test
	void furtherStoreThatCannotStopsTheStart() {
		ApplicationContextRunner able = LockedBeans.engine().withUserConfiguration(SimpleFurtherStore.class);
		LockedBeans.startFails(able, ReadersElsewhere.class, "mode = SHARED", "ReadersElsewhere.run()", "'simple'",
				"kept in 'further'", "distributed-lock.locks.n.backend");
		able.withBean(Readers.class).run((context) -> assertThat(context).hasNotFailed());
		LockedBeans.startFails(able.withPropertyValues("distributed-lock.locks.n.backend=further"), Readers.class,
				"mode = SHARED", "Readers.run()", "'simple'");
	}

	static class Readers {

		@ReadLock(name = "n")
		public void run() {
		}

	}

	static class ReadersElsewhere {

		@ReadLock(name = "n", backend = "further")
		public void run() {
			assertThat(LockContext.current().token()).isPositive();
		}

		@WriteLock(name = "n", backend = "further")
		public void write() {
			assertThat(LockContext.current().token()).isPositive();
		}

	}

	static class Counted {

		@DistributedLock(name = "n", permits = 4)
		public void run() {
		}

	}

	static class Fair {

		@DistributedLock(name = "n", fair = true)
		public void run() {
		}

	}

	static class Plain {

		@DistributedLock(name = "n")
		public void run() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SimpleStore {

		@Bean
		LockBackend simple() {
			return new SimpleBackend();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SimpleFurtherStore {

		@Bean(defaultCandidate = false)
		LockBackend further() {
			return new SimpleBackend();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AbleFurtherStore {

		@Bean(defaultCandidate = false)
		LockBackend further() {
			return new InMemoryLockBackend();
		}

	}

	/** No more than a store has to do. */
	private static final class SimpleBackend implements LockBackend {

		private final InMemoryLockBackend store = new InMemoryLockBackend();

		@Override
		public String name() {
			return "simple";
		}

		@Override
		public CompletionStage<AcquireResult> acquire(AcquireCommand command) {
			return this.store.acquire(command);
		}

		@Override
		public CompletionStage<Boolean> renew(LockKey key, String owner, Duration lease) {
			return this.store.renew(key, owner, lease);
		}

		@Override
		public CompletionStage<Boolean> release(LockKey key, String owner) {
			return this.store.release(key, owner);
		}

	}

}
