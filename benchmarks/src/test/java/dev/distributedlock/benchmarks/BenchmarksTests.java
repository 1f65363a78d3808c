package dev.distributedlock.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Benchmarks}, in processes of their own.
 */
@Timeout(60)
class BenchmarksTests {

	@TempDir
	private Path directory;

	@Test
	void failureEndsTheProcessAndWhatItHasStarted() throws IOException, InterruptedException {
		Path output = this.directory.resolve("output");
		// The last one is unknown: Redis and the clients of the others are there by then.
		Process process = start(output, "-Drivals=ours,RLock,Lettuce,Jedis", "uncontended");
		try {
			assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).isEqualTo(1);
			assertThat(output).content().contains("'Jedis'");
			assertThat(process.descendants()).isEmpty();
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static Process start(Path output, String setting, String word) throws IOException {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		List<String> command = List.of(java, setting, "-cp", System.getProperty("java.class.path"),
				Benchmarks.class.getName(), word);
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
	}

}
