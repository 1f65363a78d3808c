package dev.distributedlock.sample.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks whether a Redis answers on the loopback address.
 *
 * @param port its port
 */
record RedisProbe(int port) {

	private static final int TIMEOUT_MILLIS = 500;

	private static final Duration PAUSE = Duration.ofMillis(20);

	/**
	 * Ask once.
	 * @return whether something that speaks the Redis protocol has answered; that it
	 * wants a password is an answer, too
	 */
	boolean answers() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), TIMEOUT_MILLIS);
			socket.setSoTimeout(TIMEOUT_MILLIS);
			socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
			int first = socket.getInputStream().read();
			return first == '+' || first == '-';
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Ask until there is an answer.
	 * @param timeout how long
	 * @throws IOException if there was none in that time
	 */
	void awaitAnswer(Duration timeout) throws IOException {
		long start = System.nanoTime();
		while (!answers()) {
			if (System.nanoTime() - start > timeout.toNanos() || Thread.currentThread().isInterrupted()) {
				throw new IOException("Redis on 127.0.0.1:" + this.port + " did not answer within " + timeout
						+ "; is another server using the port?");
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
	}

}
