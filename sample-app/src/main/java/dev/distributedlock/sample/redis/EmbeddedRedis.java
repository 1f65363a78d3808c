package dev.distributedlock.sample.redis;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis that belongs to all instances which use one directory and port, and lives as
 * long as one of them does.
 * <p>
 * If it were a child of the first instance, {@code kill -9} of that instance would take
 * the locks of all others away, or leave a Redis behind that nobody stops. So Redis runs
 * under a {@linkplain RedisGuard guard} that reads a named pipe. Every instance holds the
 * pipe open for writing and writes nothing: the operating system gives the guard
 * end-of-file when the last instance is gone, however it went, and the guard stops Redis.
 * <p>
 * Redis itself can be killed, too. Each instance looks every second, and the first that
 * finds nobody listening starts another one on the same port. The locks are lost then, as
 * with any Redis without persistence; the fencing tokens go on rising since they follow
 * the clock.
 */
final class EmbeddedRedis implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedRedis.class);

	private static final Duration START_TIMEOUT = Duration.ofSeconds(10);

	/** A file lock excludes other processes only; this excludes threads. */
	private static final ReentrantLock starting = new ReentrantLock();

	private final RedisProbe probe;

	private final RedisGuard guard;

	private final Path startLock;

	private final RandomAccessFile membership;

	private final CountDownLatch left = new CountDownLatch(1);

	private EmbeddedRedis(int port, Path directory) throws IOException {
		Files.createDirectories(directory);
		this.probe = new RedisProbe(port);
		this.guard = new RedisGuard(port, directory);
		this.startLock = directory.resolve("redis-" + port + ".lock");
		// Opened before Redis is looked for: from here on it is not stopped any more.
		// "rw"
		// since opening for writing alone would wait for the guard.
		this.membership = new RandomAccessFile(this.guard.createPipe().toFile(), "rw");
	}

	/**
	 * Make sure that Redis answers, and goes on answering until closed.
	 * @param port where it listens on the loopback address
	 * @param directory where its program and its pipe are
	 * @return a membership
	 */
	static EmbeddedRedis join(int port, Path directory) {
		try {
			EmbeddedRedis redis = new EmbeddedRedis(port, directory);
			try {
				redis.startUnlessAnswering();
			}
			catch (IOException | RuntimeException ex) {
				redis.close();
				throw ex;
			}
			Thread watch = new Thread(redis::watch, "embedded-redis-watch");
			watch.setDaemon(true);
			watch.start();
			return redis;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(
					"No Redis on 127.0.0.1:" + port + " and none could be started in " + directory, ex);
		}
	}

	private void watch() {
		try {
			while (!this.left.await(1, TimeUnit.SECONDS)) {
				look();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void look() {
		try {
			if (!this.probe.answers()) {
				startUnlessAnswering();
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.warn("Redis does not answer and could not be started, trying again in a second", ex);
		}
	}

	private void startUnlessAnswering() throws IOException {
		starting.lock();
		try (FileChannel file = FileChannel.open(this.startLock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
				FileLock exclusive = file.lock()) {
			if (exclusive.isValid() && !this.probe.answers() && this.left.getCount() > 0) {
				this.guard.startRedis();
				this.probe.awaitAnswer(START_TIMEOUT);
				logger.info("Started an embedded Redis on 127.0.0.1:{}", this.probe.port());
			}
		}
		finally {
			starting.unlock();
		}
	}

	/** Leave. The last one to leave takes Redis along. */
	@Override
	public void close() {
		this.left.countDown();
		try {
			this.membership.close();
		}
		catch (IOException ex) {
			logger.warn("The pipe to the embedded Redis could not be closed", ex);
		}
	}

}
