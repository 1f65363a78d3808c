package dev.distributedlock.sample;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockShutdownException;
import dev.distributedlock.LockTimeoutException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * What a client is told when a lock could not be had or kept. The causes stay apart:
 * "busy" and "no store" mean that nothing happened and may be tried again, "lost" means
 * that the outcome has to be looked up.
 */
@RestControllerAdvice
final class ShopExceptionHandler {

	@ExceptionHandler
	ResponseEntity<ProblemDetail> busy(LockTimeoutException ex) {
		return retryable("Busy", "Nothing was done: others are being served. " + ex.getMessage(), 1);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> noStore(LockBackendException ex) {
		return retryable("Lock store unavailable", "Nothing was done. " + ex.getMessage(), 5);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> shutDown(LockShutdownException ex) {
		return retryable("Shutting down", "Nothing was done. " + ex.getMessage(), 5);
	}

	@ExceptionHandler
	ProblemDetail lost(LockLostException ex) {
		return problem(HttpStatus.INTERNAL_SERVER_ERROR, "Lock lost",
				"The lock was lost while it was held; look up what was done before trying again. " + ex.getMessage());
	}

	@ExceptionHandler
	ProblemDetail invalidKey(InvalidLockKeyException ex) {
		return problem(HttpStatus.BAD_REQUEST, "Not a valid identifier", String.valueOf(ex.getMessage()));
	}

	private static ResponseEntity<ProblemDetail> retryable(String title, String detail, int seconds) {
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
			.header(HttpHeaders.RETRY_AFTER, String.valueOf(seconds))
			.body(problem(HttpStatus.SERVICE_UNAVAILABLE, title, detail));
	}

	private static ProblemDetail problem(HttpStatus status, String title, String detail) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
		problem.setTitle(title);
		return problem;
	}

}
