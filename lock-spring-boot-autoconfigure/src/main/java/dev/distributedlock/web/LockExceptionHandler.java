package dev.distributedlock.web;

import java.net.URI;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockException;
import dev.distributedlock.LockInterruptedException;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockShutdownException;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.StaleTokenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Makes RFC 9457 problem details of the exceptions of locks, in servlet and reactive
 * applications. Comes last: whatever the application handles itself, be it with a handler
 * for all exceptions, is not seen here.
 * <table>
 * <caption>What the client gets</caption>
 * <tr>
 * <th>exception</th>
 * <th>status</th>
 * <th>{@code type} after {@value #TYPES}</th>
 * <th>was anything done?</th>
 * </tr>
 * <tr>
 * <td>{@link LockTimeoutException}</td>
 * <td>409, with {@code Retry-After}</td>
 * <td>{@code busy}</td>
 * <td>no</td>
 * </tr>
 * <tr>
 * <td>{@link LockInterruptedException}</td>
 * <td>503</td>
 * <td>{@code interrupted}</td>
 * <td>no</td>
 * </tr>
 * <tr>
 * <td>{@link LockShutdownException}</td>
 * <td>503</td>
 * <td>{@code shutting-down}</td>
 * <td>no</td>
 * </tr>
 * <tr>
 * <td>{@link LockBackendException}</td>
 * <td>503</td>
 * <td>{@code store-unavailable}</td>
 * <td>no</td>
 * </tr>
 * <tr>
 * <td>{@link StaleTokenException}</td>
 * <td>409</td>
 * <td>{@code stale-token}</td>
 * <td>not under this token</td>
 * </tr>
 * <tr>
 * <td>{@link LockLostException}</td>
 * <td>500</td>
 * <td>{@code lock-lost}</td>
 * <td>yes, perhaps beside somebody else: the client has to look it up</td>
 * </tr>
 * </table>
 * <p>
 * The property {@code lock} is the name of the lock. Neither that nor the detail has any
 * part of its key, which may be personal, unless that is asked for.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class LockExceptionHandler {

	/** What the type of each problem starts with. */
	public static final String TYPES = "urn:problem-type:distributed-lock:";

	private static final Logger logger = LoggerFactory.getLogger(LockExceptionHandler.class);

	private final boolean withMessage;

	/**
	 * Create a handler.
	 * @param withMessage whether the detail is followed by the message of the exception,
	 * which has the key of the lock, its holder and the store in it
	 */
	public LockExceptionHandler(boolean withMessage) {
		this.withMessage = withMessage;
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> busy(LockTimeoutException ex) {
		logger.debug("Answered with 409", ex);
		HttpHeaders headers = new HttpHeaders();
		RetryAfter.seconds(ex).ifPresent((seconds) -> headers.set(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
		return ResponseEntity.status(HttpStatus.CONFLICT)
			.headers(headers)
			.body(problem(HttpStatus.CONFLICT, "busy", "Busy",
					"Nothing was done: somebody else is at work on the same.", ex));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> stale(StaleTokenException ex) {
		logger.debug("Answered with 409", ex);
		return ResponseEntity.status(HttpStatus.CONFLICT).body(problem(ex));
	}

	/**
	 * Make the problem of a stale request, for what answers without a handler.
	 * @param ex the refusal
	 * @return the problem, with status 409
	 */
	public ProblemDetail problem(StaleTokenException ex) {
		return problem(HttpStatus.CONFLICT, "stale-token", "Stale fencing token",
				"The write was refused: somebody else has been at work on the same since.", ex);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> interrupted(LockInterruptedException ex) {
		logger.debug("Answered with 503", ex);
		return answer(HttpStatus.SERVICE_UNAVAILABLE, "interrupted", "Interrupted",
				"Nothing was done: the wait for others was interrupted.", ex);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> shuttingDown(LockShutdownException ex) {
		logger.debug("Answered with 503", ex);
		return answer(HttpStatus.SERVICE_UNAVAILABLE, "shutting-down", "Shutting down",
				"Nothing was done: this instance is shutting down.", ex);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> storeUnavailable(LockBackendException ex) {
		// Nobody sees the exception after this.
		logger.warn("Answered with 503", ex);
		return answer(HttpStatus.SERVICE_UNAVAILABLE, "store-unavailable", "Lock store unavailable",
				"Nothing was done: whether somebody else is at work on the same cannot be told at present.", ex);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> lost(LockLostException ex) {
		logger.warn("Answered with 500", ex);
		return answer(HttpStatus.INTERNAL_SERVER_ERROR, "lock-lost", "Lock lost",
				"It was done, but perhaps while somebody else was at work on the same: look up the outcome before trying again.",
				ex);
	}

	private ResponseEntity<ProblemDetail> answer(HttpStatus status, String type, String title, String detail,
			LockException ex) {
		return ResponseEntity.status(status).body(problem(status, type, title, detail, ex));
	}

	private ProblemDetail problem(HttpStatus status, String type, String title, String detail, LockException ex) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status,
				(this.withMessage) ? detail + " " + ex.getMessage() : detail);
		problem.setType(URI.create(TYPES + type));
		problem.setTitle(title);
		ex.lockName().ifPresent((name) -> problem.setProperty("lock", name));
		return problem;
	}

}
