package dev.distributedlock.backend.redis;

import java.util.HashMap;
import java.util.Map;

import dev.distributedlock.LockKey;
import dev.distributedlock.backend.AcquireCommand;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.WaitQueue.Subscription;
import dev.distributedlock.testsupport.RedisCluster;
import dev.distributedlock.testsupport.RedisVersion;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract on a cluster of Redis 7. A channel is subscribed when somebody first waits
 * in its bucket, and what comes before may be missed; so all keys are of one bucket, in
 * which somebody has waited.
 */
class ClusterLockBackendIntegrationTests extends RedissonLockBackendContract {

	private static final int BUCKET = 17;

	private static RedisStand stand;

	private final Map<LockBackend, Integer> subscribed = new HashMap<>();

	private int number;

	ClusterLockBackendIntegrationTests() {
		super(stand);
	}

	@BeforeAll
	static void connect() {
		RedisVersion.REDIS_7.assumePresent();
		stand = RedisStand.on(RedisCluster.start(RedisVersion.REDIS_7, 3));
	}

	@AfterAll
	static void disconnect() throws Exception {
		if (stand != null) {
			stand.close();
		}
	}

	@Override
	public LockKey newKey() {
		while (true) {
			LockKey key = LockKey.of("tck", this.number++);
			if (RedisKeys.bucket(key) == BUCKET) {
				return key;
			}
		}
	}

	@Override
	public Subscription subscribe(LockBackend backend, Recorder recorder) {
		Subscription subscription = super.subscribe(backend, recorder);
		this.subscribed.merge(backend, 1, Integer::sum);
		LockKey key = newKey();
		String owner = newOwner();
		await(backend
			.acquire(new AcquireCommand(key, owner, "instance", LONG, /* waiting= */ true)));
		await(backend.release(key, owner));
		Awaitility.await("its channel")
			.atMost(patience())
			.untilAsserted(() -> assertThat(subscriptions()).hasSameSizeAs(this.subscribed.keySet()));
		return () -> {
			subscription.close();
			this.subscribed.computeIfPresent(backend, (same, count) -> (count > 1) ? count - 1 : null);
		};
	}

}
