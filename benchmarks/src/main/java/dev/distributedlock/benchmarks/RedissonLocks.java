package dev.distributedlock.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import com.baomidou.lock.LockInfo;
import com.baomidou.lock.LockTemplate;
import com.baomidou.lock.executor.RedissonLockExecutor;
import com.baomidou.lock.spring.boot.autoconfigure.Lock4jProperties;
import dev.distributedlock.benchmarks.Rival.Lock;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.RedisCommands;
import org.redisson.command.CommandAsyncExecutor;

/**
 * What locks through a Redisson client.
 */
final class RedissonLocks {

	private static final long LEASE_SECONDS = 30;

	private static final long LOCK4J_EXPIRE_MILLIS = TimeUnit.SECONDS.toMillis(30);

	private static final long LOCK4J_WAIT_MILLIS = TimeUnit.MINUTES.toMillis(10);

	private final RedissonClient client;

	RedissonLocks(RedissonClient client) {
		this.client = client;
	}

	/** Redisson's lock with its watchdog. */
	Lock lock() {
		return watched(this.client::getLock);
	}

	/** Redisson's first come, first served lock, with its watchdog. */
	Lock fairLock() {
		return watched(this.client::getFairLock);
	}

	/** Redisson's lock without a subscription, with its watchdog. */
	Lock spinLock() {
		return watched(this.client::getSpinLock);
	}

	/** Redisson's lock with a lease time and no watchdog. */
	Lock lockWithLease() {
		return (key) -> {
			RLock lock = this.client.getLock(key);
			lock.lockInterruptibly(LEASE_SECONDS, TimeUnit.SECONDS);
			return lock::unlock;
		};
	}

	/** The template of lock4j, with its own defaults but for the time to wait. */
	Lock lock4j() {
		LockTemplate template = new LockTemplate();
		template.setProperties(new Lock4jProperties());
		template.setExecutors(List.of(new RedissonLockExecutor(this.client)));
		try {
			template.afterPropertiesSet();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (Exception ex) {
			throw new IllegalStateException("lock4j does not start", ex);
		}
		return (key) -> {
			LockInfo held = template.lock(key, LOCK4J_EXPIRE_MILLIS, LOCK4J_WAIT_MILLIS);
			if (held == null) {
				throw new InterruptedException("lock4j gave up");
			}
			return () -> template.releaseLock(held);
		};
	}

	/** Two PINGs, each waited for: what two round trips cost. */
	Lock pings() {
		CommandAsyncExecutor executor = ((Redisson) this.client).getCommandExecutor();
		return (key) -> {
			executor.get(executor.<String, String>writeAsync(key, StringCodec.INSTANCE, RedisCommands.PING));
			return () -> executor
				.get(executor.<String, String>writeAsync(key, StringCodec.INSTANCE, RedisCommands.PING));
		};
	}

	private static Lock watched(Function<String, RLock> locks) {
		return (key) -> {
			RLock lock = locks.apply(key);
			lock.lockInterruptibly();
			return lock::unlock;
		};
	}

}
