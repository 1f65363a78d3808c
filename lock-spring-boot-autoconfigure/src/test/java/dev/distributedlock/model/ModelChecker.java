package dev.distributedlock.model;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import tlc2.TLC;

/**
 * Runs TLC over the model. Each run has a JVM of its own, since TLC keeps its state in
 * static fields, and a directory of its own, where it may leave files.
 */
final class ModelChecker {

	static final Path MODEL = Path.of(System.getProperty("basedir", "")).resolve("../docs/model").toAbsolutePath();

	private static final String MODULE = "LockProtocol.tla";

	// The longest run takes some minutes of a core: this is for runs that hang.
	private static final int MINUTES = 30;

	private final Path directory;

	ModelChecker(Path directory) {
		this.directory = directory;
	}

	static String configuration(String name) throws IOException {
		return Files.readString(MODEL.resolve(name + ".cfg"));
	}

	/**
	 * Check a configuration.
	 * @param configuration the text of a configuration of TLC
	 */
	Verdict check(String configuration) throws IOException, InterruptedException {
		Files.copy(MODEL.resolve(MODULE), this.directory.resolve(MODULE));
		Files.writeString(this.directory.resolve("Run.cfg"), configuration);
		Path output = this.directory.resolve("output.txt");
		Process process = new ProcessBuilder(command()).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
				throw new IllegalStateException(
						"TLC has neither finished nor found an error within %d min, so nothing is known; so far: %s"
							.formatted(MINUTES, Files.readString(output)));
			}
		}
		finally {
			process.destroyForcibly();
		}
		return Verdict.of(Files.readString(output));
	}

	private List<String> command() {
		return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g", "-XX:+UseSerialGC",
				"-Djava.io.tmpdir=" + this.directory, "-cp", classPath(), TLC.class.getName(), "-workers", "1",
				"-deadlock", "-metadir", this.directory.toString(), "-config", "Run.cfg", MODULE);
	}

	private static String classPath() {
		try {
			return Path.of(TLC.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
