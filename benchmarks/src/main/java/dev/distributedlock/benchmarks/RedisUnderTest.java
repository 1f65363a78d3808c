package dev.distributedlock.benchmarks;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;

import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RespClient;
import org.jspecify.annotations.Nullable;

/**
 * The Redis that rivals share: that of {@code -Dredis.url=redis://host:port}, else one
 * that is started from the embedded-redis jar for the run. With {@code -Drtt=600us}
 * rivals reach it through a {@link DelayProxy} in a process of its own.
 */
final class RedisUnderTest implements AutoCloseable {

	private static final int PINGS = 500;

	private final URI direct;

	private final URI forRivals;

	private final @Nullable RedisServer server;

	private final @Nullable ChildProcess proxy;

	private RedisUnderTest(URI direct, @Nullable RedisServer server, Duration roundTrip) {
		this.direct = direct;
		this.server = server;
		if (roundTrip.isZero()) {
			this.proxy = null;
			this.forRivals = direct;
			return;
		}
		this.proxy = new ChildProcess(Benchmarks.PROXY, direct.getHost(), Integer.toString(direct.getPort()),
				Long.toString(roundTrip.toNanos() / 2));
		this.forRivals = URI.create("redis://127.0.0.1:" + this.proxy.hear());
	}

	static RedisUnderTest open() {
		Duration roundTrip = Settings.duration("rtt", "0");
		String url = System.getProperty("redis.url");
		if (url != null) {
			return new RedisUnderTest(URI.create(url), null, roundTrip);
		}
		RedisServer started = RedisServer.start();
		return new RedisUnderTest(URI.create(started.url()), started, roundTrip);
	}

	/** In the child process: run the proxy until the parent ends. */
	static void runProxy(String host, String port, String oneWayNanos) {
		BlockingQueue<String> ignored = ChildProcess.hearParent();
		DelayProxy proxy = new DelayProxy(new InetSocketAddress(host, Integer.parseInt(port)),
				Duration.ofNanos(Long.parseLong(oneWayNanos)));
		ChildProcess.tellParent(Integer.toString(proxy.port()));
	}

	/** Where rivals find it. */
	String url() {
		return this.forRivals.toString();
	}

	/** A connection past the proxy, for questions about what rivals do. */
	RespClient connect() {
		return new RespClient(this.direct.getHost(), this.direct.getPort());
	}

	/** Which Redis it is and how far away, for the circumstances of a run. */
	String describe() {
		try (RespClient near = connect();
				RespClient far = new RespClient(this.forRivals.getHost(), this.forRivals.getPort())) {
			String version = String.valueOf(near.send("INFO", "server"))
				.replaceAll("(?s).*redis_version:(\\S+).*", "$1");
			return String.format(Locale.ROOT, "Redis %s, round trip %.0f µs", version, medianPingMicros(far));
		}
	}

	private static double medianPingMicros(RespClient client) {
		long[] nanos = new long[PINGS];
		// The first half goes to the JIT compiler.
		for (int i = 0; i < 2 * PINGS; i++) {
			long start = System.nanoTime();
			client.send("PING");
			nanos[i % PINGS] = System.nanoTime() - start;
		}
		Arrays.sort(nanos);
		return Statistics.percentile(nanos, 0.5) / 1000.0;
	}

	@Override
	public void close() {
		if (this.proxy != null) {
			this.proxy.close();
		}
		if (this.server != null) {
			this.server.close();
		}
	}

}
