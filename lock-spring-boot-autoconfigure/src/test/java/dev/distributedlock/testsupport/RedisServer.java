package dev.distributedlock.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * A real Redis server on the loopback interface, with its data under {@code target/}. It
 * is of version 6 unless a test asks for {@linkplain RedisVersion another}.
 * <p>
 * The server runs under a shell that reads from this JVM: when the JVM ends, however it
 * ends, the shell reads end of file and stops the server. So nothing is left behind even
 * by {@code kill -9}.
 * <p>
 * {@link #shared()} is one server for all tests of a JVM that leave it as they found it;
 * tests that kill, pause or configure a server {@linkplain #start(String...) start} their
 * own. With {@code -Dtest.redis.url=redis://host:port} or {@code TEST_REDIS_URL} the
 * shared server is that one, and a test run fails if it does not answer. Use a server
 * that may be emptied.
 */
public final class RedisServer implements AutoCloseable {

	private static final long START_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);

	private static final String HOST = "127.0.0.1";

	// runs the command, waits for the end of its input, then ends the command: TERM, and
	// KILL after five seconds; the pid of the server is written for pause and kill
	private static final String GUARD = """
			pidfile=$1; shift
			"$@" </dev/null & pid=$!
			echo $pid > "$pidfile"
			trap 'kill -TERM $pid 2>/dev/null' TERM INT
			read _
			kill -CONT $pid 2>/dev/null
			kill -TERM $pid 2>/dev/null
			i=0
			while kill -0 $pid 2>/dev/null && [ $i -lt 50 ]; do sleep 0.1; i=$((i+1)); done
			kill -KILL $pid 2>/dev/null
			wait $pid 2>/dev/null
			""";

	private static final AtomicInteger COUNT = new AtomicInteger();

	private static @Nullable RedisServer shared;

	private final RedisVersion version;

	private final String host;

	private final int port;

	private final List<String> options;

	private final Path folder;

	private @Nullable Process guard;

	private RedisServer(RedisVersion version, String host, int port, List<String> options) {
		this.version = version;
		this.host = host;
		this.port = port;
		this.options = options;
		this.folder = Path.of("target", "test-servers",
				"redis-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
	}

	/**
	 * Return the server that is shared by the tests of this JVM.
	 * @return the server; not to be closed, killed, paused or re-configured
	 */
	public static synchronized RedisServer shared() {
		RedisServer server = shared;
		if (server == null) {
			String url = System.getProperty("test.redis.url", System.getenv("TEST_REDIS_URL"));
			server = (url != null) ? external(URI.create(url)) : start();
			shared = server;
		}
		return server;
	}

	/**
	 * Start a server of one's own on a free port, without persistence.
	 * @param options more options, such as {@code "--requirepass", "secret"} or
	 * {@code "--maxmemory", "2mb"}
	 * @return the running server, to be closed
	 */
	public static RedisServer start(String... options) {
		return start(freePort(), options);
	}

	/**
	 * Start a server of one's own on a free port, without persistence.
	 * @param version the version, which is on this machine
	 * @param options more options
	 * @return the running server, to be closed
	 */
	public static RedisServer start(RedisVersion version, String... options) {
		RedisServer server = new RedisServer(version, HOST, freePort(), List.of(options));
		server.launch();
		return server;
	}

	/**
	 * Start a server of one's own.
	 * @param port the port
	 * @param options more options
	 * @return the running server, to be closed
	 */
	public static RedisServer start(int port, String... options) {
		RedisServer server = new RedisServer(RedisVersion.REDIS_6, HOST, port, List.of(options));
		server.launch();
		return server;
	}

	/**
	 * Start a process of the Redis family that has a configuration file which it
	 * rewrites, such as a sentinel.
	 * @param port the port
	 * @param configuration the content of the file
	 * @param options more options
	 * @return the running process, to be closed
	 */
	public static RedisServer startWithFile(int port, String configuration, String... options) {
		List<String> all = new ArrayList<>(List.of(options));
		RedisServer server = new RedisServer(RedisVersion.REDIS_6, HOST, port, all);
		try {
			Files.createDirectories(server.folder);
			Path file = Files.writeString(server.folder.resolve("redis.conf"), configuration);
			all.add(0, file.toAbsolutePath().toString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		server.launch();
		return server;
	}

	/**
	 * Find a port that nothing listens on, and neither on that of its cluster bus.
	 * @return the port
	 */
	public static int freePort() {
		for (int attempt = 0; attempt < 1000; attempt++) {
			// below those that systems give to outgoing connections: one that takes the
			// port meanwhile may even be connected to itself and answer a ping
			int candidate = 10_000 + (int) (Math.random() * 12_000);
			try (ServerSocket probe = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress());
					ServerSocket bus = new ServerSocket(candidate + 10_000, 1, InetAddress.getLoopbackAddress())) {
				return Math.min(probe.getLocalPort(), bus.getLocalPort());
			}
			catch (IOException ex) {
				// taken: try another
			}
		}
		throw new IllegalStateException("No free port on the loopback interface");
	}

	public RedisVersion version() {
		return this.version;
	}

	public String host() {
		return this.host;
	}

	public int port() {
		return this.port;
	}

	/**
	 * Return the address, without credentials.
	 * @return {@code redis://host:port}
	 */
	public String url() {
		return "redis://" + this.host + ":" + this.port;
	}

	/**
	 * Connect to the server, past everything that is under test. Logs in if the server
	 * was started with {@code --requirepass}.
	 * @return a connection, to be closed
	 */
	public RespClient client() {
		RespClient client = new RespClient(this.host, this.port);
		int password = this.options.indexOf("--requirepass");
		if (password >= 0) {
			client.send("AUTH", this.options.get(password + 1));
		}
		return client;
	}

	/**
	 * Send one command over a connection of its own.
	 * @param command the command and its arguments
	 * @return the reply
	 */
	public @Nullable Object send(String... command) {
		try (RespClient client = client()) {
			return client.send(command);
		}
	}

	/** Kill the server with SIGKILL and wait until it is gone. */
	public void kill() {
		signal("-KILL");
		end();
	}

	/** Stop the server from running, with its connections open (SIGSTOP). */
	public void pause() {
		signal("-STOP");
	}

	/** Let the server run again after {@link #pause()}. */
	public void resume() {
		signal("-CONT");
	}

	/** Stop the server and start it again on the same port, empty. */
	public void restart() {
		close();
		launch();
	}

	/** Start the server again on the same port, after {@link #kill()} or close. */
	public void launch() {
		try {
			Files.createDirectories(this.folder);
			Files.deleteIfExists(pidFile());
			File executable = Objects.requireNonNull(this.version.executable(), "assumePresent() was not called");
			List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "guard",
					pidFile().toAbsolutePath().toString(), executable.getAbsolutePath()));
			boolean withFile = !this.options.isEmpty() && !this.options.get(0).startsWith("--");
			if (withFile) {
				command.add(this.options.get(0));
			}
			command.addAll(List.of("--port", Integer.toString(this.port), "--bind", HOST, "--dir",
					this.folder.toAbsolutePath().toString()));
			if (!this.options.contains("--sentinel")) {
				command.addAll(List.of("--save", "", "--appendonly", "no"));
			}
			command.addAll(this.options.subList(withFile ? 1 : 0, this.options.size()));
			this.guard = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.folder.resolve("log").toFile()))
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		awaitPing();
	}

	@Override
	public void close() {
		end();
	}

	private static RedisServer external(URI url) {
		RedisServer server = new RedisServer(RedisVersion.REDIS_6, url.getHost(), url.getPort(), List.of());
		server.awaitPing();
		return server;
	}

	private void awaitPing() {
		long start = System.nanoTime();
		while (true) {
			try (RespClient client = new RespClient(this.host, this.port)) {
				client.send("PING");
				return;
			}
			catch (RespClient.RedisError ex) {
				if (ex.getMessage().startsWith("NOAUTH")) {
					return;
				}
			}
			catch (UncheckedIOException ex) {
				Process process = this.guard;
				if (System.nanoTime() - start > START_TIMEOUT_NANOS || (process != null && !process.isAlive())) {
					throw new IllegalStateException("No Redis answers on " + url() + "\n" + log(), ex);
				}
			}
			Thread.onSpinWait();
		}
	}

	private void signal(String signal) {
		try {
			String pid = Files.readString(pidFile()).trim();
			int exit = new ProcessBuilder("kill", signal, pid).start().waitFor();
			if (exit != 0) {
				throw new IllegalStateException("kill " + signal + " " + pid + " failed: " + exit);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private void end() {
		Process process = this.guard;
		if (process == null) {
			return;
		}
		try {
			process.getOutputStream().close();
			if (!process.waitFor(10, TimeUnit.SECONDS)) {
				throw new IllegalStateException("Redis on " + url() + " does not end");
			}
			this.guard = null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private Path pidFile() {
		return this.folder.resolve("pid");
	}

	private String log() {
		try {
			Path log = this.folder.resolve("log");
			return Files.exists(log) ? Files.readString(log) : Objects.toString(this.guard);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}
