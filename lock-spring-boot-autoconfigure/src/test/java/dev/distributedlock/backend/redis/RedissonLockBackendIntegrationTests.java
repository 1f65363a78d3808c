package dev.distributedlock.backend.redis;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.tck.BackendProbeContract;
import dev.distributedlock.backend.tck.BatchRenewalsContract;
import dev.distributedlock.backend.tck.HolderLookupContract;
import dev.distributedlock.backend.tck.LockBackendContract;
import dev.distributedlock.backend.tck.StoreView;
import dev.distributedlock.backend.tck.WaitQueueContract;
import dev.distributedlock.testsupport.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.redisson.api.RedissonClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract on a real Redis.
 */
class RedissonLockBackendIntegrationTests extends LockBackendContract
		implements BatchRenewalsContract, WaitQueueContract, HolderLookupContract, BackendProbeContract {

	private static final Pattern PUBLISH_CALLS = Pattern.compile("cmdstat_publish:calls=(\\d+)");

	private static final RedisServer server = RedisServer.shared();

	private static RedissonClient firstClient = Clients.connect(server);

	private static RedissonClient secondClient = Clients.connect(server);

	private static RedissonClient orphan;

	private final String prefix = "t-" + UUID.randomUUID();

	private final RedissonLockBackend first = new RedissonLockBackend(firstClient, this.prefix);

	private final RedissonLockBackend second = new RedissonLockBackend(secondClient, this.prefix);

	@BeforeAll
	static void loseAServer() {
		try (RedisServer lost = RedisServer.start()) {
			orphan = Clients.connect(lost);
		}
	}

	@AfterAll
	static void shutDownClients() {
		firstClient.shutdown();
		secondClient.shutdown();
		orphan.shutdown();
	}

	@AfterEach
	void closeBackends() {
		this.first.close();
		this.second.close();
		assertThat((List<?>) server.send("PUBSUB", "CHANNELS", this.prefix + "*")).isEmpty();
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
		return new RedisStoreView(server, this.prefix);
	}

	@Override
	public LockBackend unreachable() {
		return new RedissonLockBackend(orphan, this.prefix);
	}

	@Override
	public long messagesSent() {
		String stats = (String) Objects.requireNonNull(server.send("INFO", "commandstats"));
		Matcher matcher = PUBLISH_CALLS.matcher(stats);
		return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
	}

}
