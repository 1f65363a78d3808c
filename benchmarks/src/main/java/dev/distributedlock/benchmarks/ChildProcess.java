package dev.distributedlock.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM that runs a part of a benchmark, from the same class path. Parent and child
 * talk in lines; what the child prints beside them goes to standard error. A child ends
 * when its standard input does, so it does not outlive its parent, however that ends.
 */
final class ChildProcess implements AutoCloseable {

	/** What the lines of the conversation start with. */
	private static final String MARK = "@ ";

	private final Process process;

	private final BufferedWriter out;

	private final BufferedReader in;

	/**
	 * Start a child.
	 * @param args its command line
	 */
	ChildProcess(String... args) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		// Small heaps with one collecting thread: several of these share the machine.
		command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC"));
		command.addAll(Settings.forChild());
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), Benchmarks.class.getName()));
		command.addAll(List.of(args));
		try {
			this.process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.out = new BufferedWriter(new OutputStreamWriter(this.process.getOutputStream(), StandardCharsets.UTF_8));
		this.in = new BufferedReader(new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8));
	}

	/** In the child: say something to the parent. */
	static void tellParent(String line) {
		System.out.println(MARK + line);
		System.out.flush();
	}

	/**
	 * In the child: hear what the parent says. When the parent ends, so does this process
	 * at once, whatever it does, as whoever still waits for a lock waits for nobody.
	 * @return the lines, as they come
	 */
	static BlockingQueue<String> hearParent() {
		BlockingQueue<String> lines = new LinkedBlockingQueue<>();
		Thread listener = new Thread(() -> {
			BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			try {
				for (String line = in.readLine(); line != null; line = in.readLine()) {
					lines.add(line);
				}
			}
			catch (IOException ex) {
				// as good as its end
			}
			Runtime.getRuntime().halt(0);
		}, "parent");
		listener.start();
		return lines;
	}

	void tell(String line) {
		try {
			this.out.write(line);
			this.out.newLine();
			this.out.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Wait for what the child has to say.
	 * @return the line
	 * @throws IllegalStateException if it ended instead
	 */
	String hear() {
		try {
			for (String line = this.in.readLine(); line != null; line = this.in.readLine()) {
				if (line.startsWith(MARK)) {
					return line.substring(MARK.length());
				}
				System.err.println(line);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		throw new IllegalStateException("A child process ended early");
	}

	@Override
	public void close() {
		try {
			this.out.close();
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (IOException ex) {
			this.process.destroyForcibly();
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

}
