package dev.distributedlock.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRequest;

/**
 * A lock holder in a JVM of its own, which a test can kill and stop.
 */
final class HolderProcess implements AutoCloseable {

	private final Process process;

	private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

	HolderProcess(String redisUrl, String prefix, Duration lease, String jdbcUrl) throws IOException {
		this(redisUrl, prefix, lease, jdbcUrl, Duration.ZERO);
	}

	HolderProcess(String redisUrl, String prefix, Duration lease, String jdbcUrl, Duration holdAtLeast)
			throws IOException {
		this.process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xmx128m",
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), HolderProcess.class.getName(),
				redisUrl, prefix, lease.toString(), jdbcUrl, holdAtLeast.toString())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		Thread reader = new Thread(this::read, "holder-process-output");
		reader.setDaemon(true);
		reader.start();
	}

	private void read() {
		try (BufferedReader output = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				if (line.startsWith("holder: ")) {
					this.lines.add(line.substring("holder: ".length()));
				}
			}
		}
		catch (IOException ex) {
			this.lines.add("output ended: " + ex);
		}
	}

	/** The next thing the process says. */
	String next() throws InterruptedException {
		return Objects.requireNonNullElse(this.lines.poll(60, TimeUnit.SECONDS), "nothing for 60 s");
	}

	void signal(String signal) throws IOException, InterruptedException {
		int exit = new ProcessBuilder("kill", signal, Long.toString(this.process.pid())).start().waitFor();
		if (exit != 0) {
			throw new IllegalStateException("kill " + signal + " failed");
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

	/** Hold the lock and write under it, on and on; runs in the process. */
	public static void main(String[] arguments) throws Exception {
		LockRequest request = LockRequest.of("shared")
			.leaseFor(Duration.parse(arguments[2]))
			.holdAtLeast(Duration.parse(arguments[4]));
		try (Node node = new Node(arguments[0], arguments[1], "holder-process", Duration.ofSeconds(1));
				Connection database = DriverManager.getConnection(arguments[3], "sa", "")) {
			LockLease lease = node.locks().acquire(request);
			CountDownLatch told = new CountDownLatch(1);
			lease.onLost((event) -> {
				say("told " + event.reason());
				told.countDown();
			});
			say("granted " + lease.token());
			long last = System.nanoTime();
			while (lease.isValid() && System.nanoTime() - last < TimeUnit.SECONDS.toNanos(60)) {
				fencedWrite(database, lease.token());
				last = System.nanoTime();
			}
			say("valid " + lease.isValid());
			say("rows " + fencedWrite(database, lease.token()));
			// The notice comes while the body still runs, not because it ends.
			if (!told.await(10, TimeUnit.SECONDS)) {
				say("was not told");
			}
			try {
				lease.close();
				say("closed");
			}
			catch (LockLostException ex) {
				say("close says lost");
			}
		}
		say("end");
	}

	static int fencedWrite(Connection database, long token) throws SQLException {
		try (PreparedStatement update = database
			.prepareStatement("update register set writes = writes + 1, fence = ? where fence <= ?")) {
			update.setLong(1, token);
			update.setLong(2, token);
			return update.executeUpdate();
		}
	}

	private static void say(String text) {
		System.out.println("holder: " + text);
	}

}
