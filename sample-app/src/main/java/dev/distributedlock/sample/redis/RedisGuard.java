package dev.distributedlock.sample.redis;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

import redis.embedded.core.ExecutableProvider;

/**
 * Starts Redis under a small shell script that stops it when nobody holds the pipe open
 * any more. Needs a POSIX shell and {@code mkfifo}, so Linux or macOS.
 */
final class RedisGuard {

	// The reader gets end-of-file once no instance holds the pipe. A Redis that ends by
	// itself takes the reader along, so that the reader cannot kill a stranger later.
	// $1 is the pipe, the rest the command.
	private static final String SCRIPT = """
			pipe=$1; shift
			trap '' INT HUP
			"$@" </dev/null >/dev/null 2>&1 &
			redis=$!
			{ while read -r line; do :; done <"$pipe"; kill "$redis"; } >/dev/null 2>&1 &
			reader=$!
			wait "$redis"
			kill "$reader" 2>/dev/null
			""";

	private final int port;

	private final Path directory;

	private final Path pipe;

	RedisGuard(int port, Path directory) {
		this.port = port;
		this.directory = directory;
		this.pipe = directory.resolve("redis-" + port + ".pipe");
	}

	/**
	 * Create the pipe, unless there is one.
	 * @return the pipe
	 * @throws IOException if it cannot be created
	 */
	Path createPipe() throws IOException {
		// Another instance may be faster: what counts is that it exists afterwards.
		if (!Files.exists(this.pipe)) {
			new ProcessBuilder("mkfifo", this.pipe.toString()).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.onExit()
				.join();
		}
		if (!Files.exists(this.pipe) || Files.isRegularFile(this.pipe)) {
			throw new IOException("No named pipe at " + this.pipe);
		}
		return this.pipe;
	}

	/**
	 * Start Redis, without persistence.
	 * @throws IOException if the shell or the program cannot be started
	 */
	void startRedis() throws IOException {
		List<String> command = new ArrayList<>();
		// In a session of its own, Redis does not get the Ctrl-C for the first instance.
		if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
			command.add("/usr/bin/setsid");
		}
		command.addAll(List.of("/bin/sh", "-c", SCRIPT, "redis-guard", this.pipe.toString()));
		command.addAll(List.of(program().toString(), "--port", String.valueOf(this.port), "--bind", "127.0.0.1",
				"--save", "", "--appendonly", "no", "--dir", this.directory.toString()));
		new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start()
			.getOutputStream()
			.close();
	}

	private Path program() throws IOException {
		Path program = this.directory.resolve("redis-server");
		if (!Files.isExecutable(program)) {
			Path unpacking = Files.createTempDirectory(this.directory, "unpacking");
			File unpacked = ExecutableProvider.newJarResourceProvider(unpacking.toFile()).get();
			Files.move(unpacked.toPath(), program, StandardCopyOption.ATOMIC_MOVE);
			Files.delete(unpacking);
		}
		return program;
	}

}
