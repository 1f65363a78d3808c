package dev.distributedlock.sample;

import org.springframework.http.HttpStatus;
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
		super(status);
		setTitle(title);
		setDetail(detail);
	}

}
