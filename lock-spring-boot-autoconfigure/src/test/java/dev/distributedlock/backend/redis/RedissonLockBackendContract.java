package dev.distributedlock.backend.redis;

import java.util.List;
import java.util.UUID;

import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.tck.BackendProbeContract;
import dev.distributedlock.backend.tck.BatchRenewalsContract;
import dev.distributedlock.backend.tck.HolderLookupContract;
import dev.distributedlock.backend.tck.LockBackendContract;
import dev.distributedlock.backend.tck.SharedGrantsContract;
import dev.distributedlock.backend.tck.StoreView;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract on a real Redis.
 */
abstract class RedissonLockBackendContract extends LockBackendContract
		implements BatchRenewalsContract, SharedGrantsContract, HolderLookupContract, BackendProbeContract {

	private final RedisStand stand;

	private final String prefix = "t-" + UUID.randomUUID();

	private final RedissonLockBackend first;

	private final RedissonLockBackend second;

	RedissonLockBackendContract(RedisStand stand) {
		this.stand = stand;
		this.first = new RedissonLockBackend(stand.firstClient(), this.prefix);
		this.second = new RedissonLockBackend(stand.secondClient(), this.prefix);
	}

	@AfterEach
	void closeBackends() {
		this.first.close();
		this.second.close();
		Awaitility.await("no subscription is left")
			.atMost(patience())
			.untilAsserted(() -> assertThat(subscriptions()).isEmpty());
	}

	/** The channels of this test that somebody listens to. */
	List<String> subscriptions() {
		return this.stand.channels(this.prefix + "*");
	}

	@Override
	public LockBackend backend() {
		return this.first;
	}

	@Override
	public LockBackend otherInstance() {
		return this.second;
	}

	@Override
	public StoreView store() {
		return new RedisStoreView(this.stand.servers(), this.prefix);
	}

	@Override
	public LockBackend unreachable() {
		return new RedissonLockBackend(this.stand.orphan(), this.prefix);
	}

	@Override
	public long messagesSent() {
		return this.stand.messagesSent();
	}

}
