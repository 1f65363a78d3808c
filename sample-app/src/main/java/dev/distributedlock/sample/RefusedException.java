package dev.distributedlock.sample;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * The shop refuses a request for a reason of its own: sold out, unknown product, stale
 * token. Becomes a problem detail.
 */
public final class RefusedException extends ErrorResponseException {

	private static final long serialVersionUID = 1L;

	/**
	 * Refuse a request.
	 * @param status the status of the answer
	 * @param title the kind of refusal
	 * @param detail what was refused, with the numbers
	 */
	public RefusedException(HttpStatus status, String title, String detail) {
		this(status, title, detail, null);
	}

	/**
	 * Refuse a request because of something that went wrong.
	 * @param status the status of the answer
	 * @param title the kind of refusal
	 * @param detail what was refused, with the numbers
	 * @param cause what went wrong
	 */
	public RefusedException(HttpStatus status, String title, String detail, @Nullable Throwable cause) {
		super(status, ProblemDetail.forStatus(status), cause);
		setTitle(title);
		setDetail(detail);
	}

}
