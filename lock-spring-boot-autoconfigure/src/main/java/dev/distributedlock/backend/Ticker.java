package dev.distributedlock.backend;

/**
 * The monotonic clock. Nothing else in this library reads a clock, so that tests own the
 * time. Readings are compared by subtraction only.
 */
@FunctionalInterface
public interface Ticker {

	/**
	 * Return the current reading.
	 * @return nanoseconds since an arbitrary moment
	 */
	long nanos();

	/**
	 * Return the clock of the virtual machine.
	 * @return a ticker on {@link System#nanoTime()}
	 */
	static Ticker system() {
		return System::nanoTime;
	}

}
