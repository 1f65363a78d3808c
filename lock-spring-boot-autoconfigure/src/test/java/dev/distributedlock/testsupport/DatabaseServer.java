package dev.distributedlock.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A real database server that is installed on the machine, on the loopback interface and
 * with an empty data directory of its own; one of each kind is shared by the tests of a
 * JVM. Where it is not installed tests are skipped, unless the property
 * {@code test.servers.required} or the variable {@code TEST_SERVERS_REQUIRED} names it.
 * <p>
 * Like {@link RedisServer} it runs under a shell that ends it when this JVM ends, however
 * that ends.
 */
public enum DatabaseServer {

	/** PostgreSQL, Debian's package {@code postgresql}. */
	POSTGRESQL("jdbc:postgresql://127.0.0.1:%d/postgres", "postgres", "postgresql",
			"/usr/lib/postgresql/*/bin/postgres") {

		@Override
		List<String> prepare(Path program, Path data, int port) throws IOException {
			// It does not run as root.
			List<String> user = isRoot() ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
					: List.of();
			if (isRoot()) {
				run(List.of("chown", "postgres", data.toString()));
			}
			run(concat(user, List.of(program.resolveSibling("initdb").toString(), "--no-sync", "--auth=trust",
					"--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata=" + data)));
			return concat(user, List.of(program.toString(), "-D", data.toString(), "-p", Integer.toString(port), "-h",
					"127.0.0.1", "-k", data.toString(), "-c", "fsync=off"));
		}

	},

	/** MariaDB, Debian's packages {@code mariadb-server-core mariadb-client-core}. */
	MARIADB("jdbc:mariadb://127.0.0.1:%d/test", "root", "mariadb-server-core mariadb-client-core",
			"/usr/sbin/mariadbd") {

		@Override
		List<String> prepare(Path program, Path data, int port) throws IOException {
			List<String> user = isRoot() ? List.of("--user=root") : List.of();
			run(concat(List.of("mariadb-install-db", "--no-defaults"), user,
					List.of("--datadir=" + data, "--auth-root-authentication-method=normal", "--skip-name-resolve")));
			return concat(List.of(program.toString(), "--no-defaults"), user,
					List.of("--datadir=" + data, "--socket=" + data.resolve("socket"), "--port=" + port,
							"--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-buffer-pool-size=32M",
							"--innodb-log-file-size=8M", "--performance-schema=OFF"));
		}

	};

	private static final long START_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);

	// Runs the command until the end of its input, then ends it and removes the data.
	private static final String GUARD = """
			data=$1; shift
			"$@" </dev/null >"$data.log" 2>&1 & pid=$!
			trap 'kill -TERM $pid 2>/dev/null' TERM INT
			read _
			kill -TERM $pid 2>/dev/null
			i=0
			while kill -0 $pid 2>/dev/null && [ $i -lt 50 ]; do sleep 0.1; i=$((i+1)); done
			kill -KILL $pid 2>/dev/null
			wait $pid 2>/dev/null
			rm -rf "$data" "$data.log"
			""";

	private final String url;

	private final String user;

	private final String packages;

	private final String program;

	private int port;

	private @Nullable Process guard;

	DatabaseServer(String url, String user, String packages, String program) {
		this.url = url;
		this.user = user;
		this.packages = packages;
		this.program = program;
	}

	/**
	 * Skip the test if the server is not installed, or fail it if it must be; start the
	 * server if it does not run.
	 */
	public synchronized void assumePresent() {
		if (this.guard != null) {
			return;
		}
		Path found = find();
		if (found == null) {
			String text = "No " + this + " on this machine: no " + this.program
					+ ". apt-get install --no-install-recommends " + this.packages;
			String required = System.getProperty("test.servers.required", System.getenv("TEST_SERVERS_REQUIRED"));
			if (required != null && List.of(required.split(",")).contains(toString())) {
				throw new AssertionError(text);
			}
			Assumptions.abort(text);
			return;
		}
		try {
			start(found);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the address of the running server.
	 * @return the JDBC URL of a database that tests may use as they like
	 */
	public String url() {
		return this.url.formatted(this.port);
	}

	/**
	 * Return the user, who has no password.
	 * @return the name
	 */
	public String user() {
		return this.user;
	}

	/** Make the data directory and return the command that runs the server on it. */
	abstract List<String> prepare(Path program, Path data, int port) throws IOException;

	private void start(Path executable) throws IOException {
		this.port = RedisServer.freePort();
		// Not below the build: the user of the server may not see that.
		Path data = Files.createTempDirectory(Path.of("/tmp"), this + "-");
		List<String> command = concat(List.of("/bin/sh", "-c", GUARD, "guard", data.toString()),
				prepare(executable, data, this.port));
		this.guard = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		long start = System.nanoTime();
		while (true) {
			try (Connection connection = DriverManager.getConnection(bootUrl(), this.user, "")) {
				if (this == MARIADB) {
					connection.createStatement().execute("create database if not exists test character set utf8mb4");
				}
				return;
			}
			catch (SQLException ex) {
				if (System.nanoTime() - start > START_TIMEOUT_NANOS) {
					throw new IllegalStateException(this + " does not answer, see " + data + ".log", ex);
				}
				Thread.onSpinWait();
			}
		}
	}

	private String bootUrl() {
		return url().replaceFirst("/test$", "/");
	}

	private @Nullable Path find() {
		int star = this.program.indexOf('*');
		if (star < 0) {
			return new File(this.program).canExecute() ? Path.of(this.program) : null;
		}
		File[] versions = new File(this.program.substring(0, star)).listFiles();
		return Stream.of(Objects.requireNonNullElse(versions, new File[0]))
			.map((version) -> new File(version, this.program.substring(star + 2)))
			.filter(File::canExecute)
			.map(File::toPath)
			.findFirst()
			.orElse(null);
	}

	private static boolean isRoot() {
		return "root".equals(System.getProperty("user.name"));
	}

	private static void run(List<String> command) throws IOException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		try {
			if (process.waitFor() != 0) {
				throw new IllegalStateException(command + " failed: " + output);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static List<String> concat(List<String> first, List<String> second) {
		return concat(first, second, List.of());
	}

	private static List<String> concat(List<String> first, List<String> second, List<String> third) {
		return Stream.of(first, second, third).flatMap(List::stream).toList();
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
