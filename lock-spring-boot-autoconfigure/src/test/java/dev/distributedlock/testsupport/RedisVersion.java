package dev.distributedlock.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import redis.embedded.core.ExecutableProvider;

/**
 * The versions of Redis that are tested against.
 */
public enum RedisVersion {

	/** Out of the embedded-redis jar, on every machine. */
	REDIS_6 {

		@Override
		@Nullable File find() throws IOException {
			Path folder = Path.of("target", "test-servers", "bin-" + ProcessHandle.current().pid());
			Files.createDirectories(folder);
			return ExecutableProvider.newJarResourceProvider(folder.toFile()).get();
		}

	},

	/**
	 * Redis 7 or later as it is installed on the machine: the program that the property
	 * {@code test.redis7.executable} or the variable {@code TEST_REDIS7_EXECUTABLE}
	 * names, {@code /usr/bin/redis-server}, or the first one on the path.
	 */
	REDIS_7 {

		@Override
		@Nullable File find() throws IOException {
			String named = System.getProperty("test.redis7.executable", System.getenv("TEST_REDIS7_EXECUTABLE"));
			if (named != null) {
				File file = new File(named);
				if (!file.canExecute() || major(file) < 7) {
					throw new IllegalStateException(named + " is no server of Redis 7 or later");
				}
				return file;
			}
			List<String> folders = new ArrayList<>(List.of("/usr/bin"));
			folders.addAll(List.of(System.getenv("PATH").split(File.pathSeparator)));
			for (String folder : folders) {
				File candidate = new File(folder, "redis-server");
				if (candidate.canExecute() && major(candidate) >= 7) {
					return candidate;
				}
			}
			return null;
		}

	};

	private static final Pattern MAJOR = Pattern.compile("\\bv=(\\d+)\\.");

	private @Nullable File executable;

	private boolean sought;

	/**
	 * Skip the test if this version is not on the machine. Where it
	 * {@linkplain #isRequired() has to be} the test fails instead.
	 */
	public void assumePresent() {
		if (executable() == null) {
			String text = "No " + this + " on this machine: no test.redis7.executable, no TEST_REDIS7_EXECUTABLE, "
					+ "no /usr/bin/redis-server or redis-server on the PATH of version 7. "
					+ "apt-get install --no-install-recommends redis-server";
			if (isRequired()) {
				throw new AssertionError(text);
			}
			Assumptions.abort(text);
		}
	}

	/**
	 * Return the program of the server.
	 * @return the file, {@code null} if this version is not on the machine
	 */
	synchronized @Nullable File executable() {
		if (!this.sought) {
			try {
				this.executable = find();
				this.sought = true;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return this.executable;
	}

	abstract @Nullable File find() throws IOException;

	/**
	 * Whether tests may not be skipped: the property {@code test.servers.required} or the
	 * variable {@code TEST_SERVERS_REQUIRED} names this, as in {@code redis-7}.
	 */
	private boolean isRequired() {
		String required = System.getProperty("test.servers.required", System.getenv("TEST_SERVERS_REQUIRED"));
		return required != null && List.of(required.split(",")).contains(toString());
	}

	private static int major(File executable) throws IOException {
		Process process = new ProcessBuilder(executable.getPath(), "--version").redirectErrorStream(true).start();
		String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		Matcher matcher = MAJOR.matcher(text);
		return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
