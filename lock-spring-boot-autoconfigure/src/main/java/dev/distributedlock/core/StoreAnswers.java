package dev.distributedlock.core;

import java.time.Duration;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.backend.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * What an acquisition has heard of the store, by which a caller whose time is up is told
 * whether the lock was busy or the store in trouble. Also read by those behind in the
 * line.
 */
final class StoreAnswers {

	private final Ticker ticker;

	private final Duration patience;

	private volatile @Nullable LockBackendException trouble;

	private volatile boolean answered;

	private volatile boolean queued;

	private volatile @Nullable Deadline answerDue;

	/**
	 * Create a record.
	 * @param patience how long an answer is waited for
	 */
	StoreAnswers(Ticker ticker, Duration patience) {
		this.ticker = ticker;
		this.patience = patience;
	}

	/** The store is not asked yet, as others stand in front. */
	void queued() {
		this.queued = true;
	}

	void asked() {
		if (this.answerDue == null) {
			this.answerDue = Deadline.after(this.ticker, this.patience);
		}
	}

	void answered() {
		this.answered = true;
		this.trouble = null;
	}

	void failed(LockBackendException trouble) {
		this.trouble = trouble;
	}

	/** What the last answer failed with. */
	@Nullable LockBackendException trouble() {
		return this.trouble;
	}

	/**
	 * Whether the store has not answered at all. One that stood behind a holder and asked
	 * a moment ago only knows that the lock was busy.
	 */
	boolean isSilent() {
		Deadline due = this.answerDue;
		return !this.answered && (!this.queued || (due != null && due.remaining() == 0));
	}

}
