package dev.distributedlock.sample;

import dev.distributedlock.InvalidLockKeyException;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * What only this shop knows: keys of its locks come from the path, so one that cannot be
 * a key is a mistake of the client. All other exceptions of locks become problem details
 * by themselves.
 */
@RestControllerAdvice
final class ShopExceptionHandler {

	@ExceptionHandler
	ProblemDetail invalidKey(InvalidLockKeyException ex) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST,
				String.valueOf(ex.getMessage()));
		problem.setTitle("Not a valid identifier");
		return problem;
	}

}
