package dev.distributedlock.testsupport;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Sends raw commands to Redis over a connection of its own: the view of the store that
 * owes nothing to the client under test. A reply is a {@code String}, {@code Long},
 * {@code List} or {@code null}; an error is a {@link RedisError}. Blocks for at most ten
 * seconds. Not thread-safe.
 */
public final class RespClient implements AutoCloseable {

	private static final int TIMEOUT_MILLIS = 10_000;

	private final Socket socket = new Socket();

	private final InputStream in;

	private final OutputStream out;

	/**
	 * Connect.
	 * @param host the host
	 * @param port the port
	 */
	public RespClient(String host, int port) {
		try {
			this.socket.setTcpNoDelay(true);
			this.socket.setSoTimeout(TIMEOUT_MILLIS);
			this.socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
			this.in = new BufferedInputStream(this.socket.getInputStream());
			this.out = this.socket.getOutputStream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Send a command and wait for the reply.
	 * @param command the command and its arguments
	 * @return the reply
	 */
	public @Nullable Object send(String... command) {
		try {
			ByteArrayOutputStream request = new ByteArrayOutputStream();
			request.writeBytes(("*" + command.length + "\r\n").getBytes(StandardCharsets.UTF_8));
			for (String part : command) {
				byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
				request.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
				request.writeBytes(bytes);
				request.writeBytes(new byte[] { '\r', '\n' });
			}
			this.out.write(request.toByteArray());
			this.out.flush();
			return read();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Wait for the next line that the server sends by itself, as after MONITOR or
	 * SUBSCRIBE.
	 * @return the reply
	 * @throws IOException if nothing comes in time
	 */
	public @Nullable Object read() throws IOException {
		String line = line();
		String rest = line.substring(1);
		switch (line.charAt(0)) {
			case '+':
				return rest;
			case '-':
				throw new RedisError(rest);
			case ':':
				return Long.valueOf(rest);
			case '$':
				return bulk(Integer.parseInt(rest));
			case '*':
				return array(Integer.parseInt(rest));
			default:
				throw new IOException("Not a reply of Redis: " + line);
		}
	}

	/**
	 * Return the connection to limit how long a read waits.
	 * @param millis the time-out of reads
	 * @throws IOException if the connection is closed
	 */
	public void readTimeout(int millis) throws IOException {
		this.socket.setSoTimeout(millis);
	}

	private @Nullable Object bulk(int length) throws IOException {
		if (length < 0) {
			return null;
		}
		byte[] bytes = this.in.readNBytes(length);
		line();
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private @Nullable Object array(int length) throws IOException {
		if (length < 0) {
			return null;
		}
		List<@Nullable Object> items = new ArrayList<>(length);
		for (int i = 0; i < length; i++) {
			items.add(read());
		}
		return items;
	}

	private String line() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int c = this.in.read(); c != '\r'; c = this.in.read()) {
			if (c < 0) {
				throw new EOFException("Redis closed the connection");
			}
			line.write(c);
		}
		this.in.read();
		return line.toString(StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** An error reply. */
	public static final class RedisError extends RuntimeException {

		private static final long serialVersionUID = 1L;

		RedisError(String message) {
			super(message);
		}

	}

}
