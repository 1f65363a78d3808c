package dev.distributedlock.benchmarks;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.distributedlock.benchmarks.Rival.Client;
import dev.distributedlock.benchmarks.Rival.Lock;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

/**
 * The rivals of one run, by the names that {@code -Drivals} takes. Clients are opened
 * when the first rival needs them.
 */
final class Rivals implements AutoCloseable {

	/** The names of all, as a message shows them. */
	static final String NAMES = "ours, ours-async, ours-default, RLock, RLock-small, RLock-lease, RFairLock, RSpinLock, "
			+ "SI-spin, SI-pubsub, ShedLock, lock4j, Lettuce, PINGs, PINGs-small, PINGs-Lettuce, none";

	private final @Nullable String url;

	private final List<Rival> all;

	/** What to close, the last opened first. */
	private final Deque<Runnable> open = new ArrayDeque<>();

	private @Nullable OurApplication application;

	private @Nullable RedissonClient redisson;

	private @Nullable LettuceLocks lettuce;

	private Rivals(@Nullable String url, String defaultNames) {
		this.url = url;
		try {
			this.all = Settings.words("rivals", defaultNames).stream().map(this::rival).toList();
		}
		catch (RuntimeException ex) {
			// Nobody else knows what was opened by then.
			close();
			throw ex;
		}
	}

	/**
	 * Open the rivals that the user names.
	 * @param url where Redis is
	 * @param defaultNames who takes part if the user does not say
	 */
	static Rivals open(String url, String defaultNames) {
		return new Rivals(url, defaultNames);
	}

	/**
	 * Name the rivals without opening any: they lock in other processes.
	 * @param defaultNames who takes part if the user does not say
	 */
	static Rivals elsewhere(String defaultNames) {
		return new Rivals(null, defaultNames);
	}

	/** Those that take part, in the order of their names. */
	List<Rival> all() {
		return this.all;
	}

	/** The rival of that name, if it takes part. */
	@Nullable Rival find(String name) {
		return this.all.stream().filter((rival) -> rival.name().equals(name)).findFirst().orElse(null);
	}

	/** Two PINGs on the client of a rival, if they take part. */
	@Nullable Rival floor(Rival rival) {
		return switch (rival.client()) {
			case LOCK -> find("PINGs-small");
			case REDISSON -> find("PINGs");
			case LETTUCE -> find("PINGs-Lettuce");
			case NONE -> null;
		};
	}

	private Rival rival(String name) {
		return switch (name) {
			case "ours" -> rival(name, Client.LOCK, () -> application().lock());
			case "ours-async" -> rival(name, Client.LOCK, () -> applicationThatReleasesAsynchronously().lock());
			case "ours-default" -> rival(name, Client.REDISSON, () -> applicationWithClient().lock());
			case "RLock" -> rival(name, Client.REDISSON, () -> onRedisson().lock());
			case "RLock-small" -> rival(name, Client.LOCK, () -> onLockClient().lock());
			case "RLock-lease" -> rival(name, Client.REDISSON, () -> onRedisson().lockWithLease());
			case "RFairLock" -> rival(name, Client.REDISSON, () -> onRedisson().fairLock());
			case "RSpinLock" -> rival(name, Client.REDISSON, () -> onRedisson().spinLock());
			case "SI-spin" -> rival(name, Client.LETTUCE, () -> lettuce().springIntegration(RedisLockType.SPIN_LOCK));
			case "SI-pubsub" ->
				rival(name, Client.LETTUCE, () -> lettuce().springIntegration(RedisLockType.PUB_SUB_LOCK));
			case "ShedLock" -> rival(name, Client.LETTUCE, () -> lettuce().shedLock());
			case "lock4j" -> rival(name, Client.REDISSON, () -> onRedisson().lock4j());
			case "Lettuce" -> rival(name, Client.LETTUCE, () -> lettuce().pair());
			case "PINGs" -> rival(name, Client.REDISSON, () -> onRedisson().pings());
			case "PINGs-small" -> rival(name, Client.LOCK, () -> onLockClient().pings());
			case "PINGs-Lettuce" -> rival(name, Client.LETTUCE, () -> lettuce().pings());
			case "none" -> rival(name, Client.NONE, () -> (key) -> () -> {
			});
			default -> throw new IllegalArgumentException("No rival is called '" + name + "'; there are: " + NAMES);
		};
	}

	private Rival rival(String name, Client client, Supplier<Lock> lock) {
		return new Rival(name, client, (this.url != null) ? lock.get() : (key) -> {
			throw new IllegalStateException("'" + name + "' locks in another process");
		});
	}

	private RedissonLocks onRedisson() {
		return new RedissonLocks(redisson());
	}

	private RedissonLocks onLockClient() {
		return new RedissonLocks(application().client());
	}

	private OurApplication application() {
		OurApplication found = this.application;
		if (found == null) {
			found = new OurApplication(url(), null, Map.of());
			this.open.push(found::close);
			this.application = found;
		}
		return found;
	}

	private OurApplication applicationWithClient() {
		OurApplication opened = new OurApplication(url(), redisson(), Map.of());
		this.open.push(opened::close);
		return opened;
	}

	private OurApplication applicationThatReleasesAsynchronously() {
		OurApplication opened = new OurApplication(url(), null,
				Map.of("distributed-lock.release.asynchronous", "true"));
		this.open.push(opened::close);
		return opened;
	}

	private RedissonClient redisson() {
		RedissonClient found = this.redisson;
		if (found == null) {
			Config config = new Config();
			config.useSingleServer().setAddress(url());
			RedissonClient opened = Redisson.create(config);
			this.open.push(() -> opened.shutdown(0, 2, TimeUnit.SECONDS));
			this.redisson = opened;
			found = opened;
		}
		return found;
	}

	private LettuceLocks lettuce() {
		LettuceLocks found = this.lettuce;
		if (found == null) {
			found = new LettuceLocks(url());
			this.open.push(found::close);
			this.lettuce = found;
		}
		return found;
	}

	private String url() {
		return Objects.requireNonNull(this.url, "'url' must not be null");
	}

	@Override
	public void close() {
		this.open.forEach(Runnable::run);
	}

}
