package dev.distributedlock.sample;

import java.time.Duration;
import java.util.concurrent.CancellationException;

import org.springframework.stereotype.Component;

/**
 * Stands for what a purchase does between reading and writing: calculate a price, ask a
 * payment provider. This is the gap in which another buyer can slip.
 */
@Component
public final class Work {

	private final Duration usual;

	Work(ShopProperties properties) {
		this.usual = properties.workTime();
	}

	/** Work as long as configured. */
	public void perform() {
		perform(this.usual);
	}

	/**
	 * Work for a given time.
	 * @param time how long
	 * @throws CancellationException if the thread is interrupted; its flag stays set
	 */
	public void perform(Duration time) {
		try {
			Thread.sleep(time.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CancellationException("Interrupted while working");
		}
	}

}
