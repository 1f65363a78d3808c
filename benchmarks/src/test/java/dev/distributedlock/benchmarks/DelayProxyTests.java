package dev.distributedlock.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DelayProxy}.
 */
@Timeout(30)
class DelayProxyTests {

	private static final Duration ONE_WAY = Duration.ofMillis(20);

	private ServerSocket server;

	private DelayProxy proxy;

	private Socket near;

	private Socket far;

	@BeforeEach
	void connect() throws IOException {
		this.server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
		this.proxy = new DelayProxy((InetSocketAddress) this.server.getLocalSocketAddress(), ONE_WAY);
		this.near = new Socket(InetAddress.getLoopbackAddress(), this.proxy.port());
		this.near.setTcpNoDelay(true);
		this.far = this.server.accept();
		this.far.setTcpNoDelay(true);
	}

	@AfterEach
	void close() throws IOException {
		this.near.close();
		this.far.close();
		this.proxy.close();
		this.server.close();
	}

	@Test
	void bytesArriveLaterByTheDelayInBothDirections() throws IOException {
		long start = System.nanoTime();
		this.near.getOutputStream().write(1);
		assertThat(this.far.getInputStream().read()).isEqualTo(1);
		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(ONE_WAY.toNanos());
		start = System.nanoTime();
		this.far.getOutputStream().write(2);
		assertThat(this.near.getInputStream().read()).isEqualTo(2);
		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(ONE_WAY.toNanos());
	}

	@Test
	void whatIsUnderWayTogetherIsDelayedOnce() throws IOException {
		long start = System.nanoTime();
		for (int i = 0; i < 200; i++) {
			this.near.getOutputStream().write(i);
		}
		for (int i = 0; i < 200; i++) {
			assertThat(this.far.getInputStream().read()).isEqualTo(i);
		}
		// One after the other they would take four seconds.
		assertThat(System.nanoTime() - start).isLessThan(100 * ONE_WAY.toNanos());
	}

	@Test
	void firstPieceDoesNotWaitForTheSecond() throws IOException {
		this.near.getOutputStream().write(1);
		// The second is sent only once the first has arrived.
		assertThat(this.far.getInputStream().read()).isEqualTo(1);
		this.near.getOutputStream().write(2);
		assertThat(this.far.getInputStream().read()).isEqualTo(2);
		assertThat(this.far.getInputStream().available()).isZero();
	}

	@Test
	void muchDataArrivesUnchangedAndInOrder() throws IOException {
		byte[] data = new byte[3_000_000];
		new Random(7).nextBytes(data);
		CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
			try {
				this.near.getOutputStream().write(data);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(this.far.getInputStream().readNBytes(data.length)).isEqualTo(data);
		sender.join();
	}

	@Test
	void connectionsDoNotMix() throws IOException {
		try (Socket otherNear = new Socket(InetAddress.getLoopbackAddress(), this.proxy.port());
				Socket otherFar = this.server.accept()) {
			this.near.getOutputStream().write(1);
			otherNear.getOutputStream().write(2);
			assertThat(this.far.getInputStream().read()).isEqualTo(1);
			assertThat(otherFar.getInputStream().read()).isEqualTo(2);
		}
	}

	@Test
	void endOfAConnectionArrivesAfterItsLastBytes() throws IOException {
		this.near.getOutputStream().write(1);
		this.near.close();
		InputStream in = this.far.getInputStream();
		assertThat(in.read()).isEqualTo(1);
		assertThat(in.read()).isEqualTo(-1);
	}

}
