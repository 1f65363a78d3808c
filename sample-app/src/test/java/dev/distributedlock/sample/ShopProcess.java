package dev.distributedlock.sample;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

/** An instance of the shop in a JVM of its own. */
final class ShopProcess implements AutoCloseable {

	private final Process process;

	private final URI uri;

	private final Path log;

	private ShopProcess(Process process, URI uri, Path log) {
		this.process = process;
		this.uri = uri;
		this.log = log;
	}

	static ShopProcess start(Path directory, List<String> options) throws IOException {
		int port = Buyers.freePort();
		Path log = Files.createTempFile("shop", ".log");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
						"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
						SampleApplication.class.getName(), "--server.port=" + port, "--shop.data-dir=" + directory));
		command.addAll(options);
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectInput(new File("/dev/null"))
			.redirectOutput(log.toFile())
			.start();
		return new ShopProcess(process, URI.create("http://127.0.0.1:" + port), log);
	}

	ShopProcess awaitReady() {
		Buyers client = new Buyers(List.of(this.uri));
		Awaitility.await("start of " + this.uri + ", see " + this.log)
			.atMost(Duration.ofSeconds(120))
			.ignoreExceptions()
			.failFast("the instance has ended, see " + this.log, () -> !isAlive())
			.until(() -> client.text(this.uri, "/actuator/health"), (text) -> text.contains("UP"));
		return this;
	}

	URI uri() {
		return this.uri;
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/** Kill the process without a chance to clean up, as {@code kill -9} does. */
	void kill() {
		this.process.destroyForcibly().onExit().join();
	}

	/** Send the process a signal such as {@code STOP} or {@code CONT}. */
	void signal(String name) throws IOException {
		new ProcessBuilder("kill", "-" + name, String.valueOf(this.process.pid())).start().onExit().join();
	}

	@Override
	public void close() throws InterruptedException {
		this.process.destroy();
		if (!this.process.waitFor(30, TimeUnit.SECONDS)) {
			kill();
		}
	}

}
