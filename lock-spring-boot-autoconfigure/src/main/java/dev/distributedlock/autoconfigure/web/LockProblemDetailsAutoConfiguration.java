package dev.distributedlock.autoconfigure.web;

import dev.distributedlock.web.LockExceptionHandler;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Auto-configuration of problem details for the exceptions of locks, in servlet and
 * reactive web applications.
 */
@AutoConfiguration
@ConditionalOnWebApplication
@ConditionalOnClass({ ProblemDetail.class, RestControllerAdvice.class })
@ConditionalOnBooleanProperty(name = "distributed-lock.web.problem-details.enabled", matchIfMissing = true)
@EnableConfigurationProperties(LockProblemDetailsProperties.class)
public final class LockProblemDetailsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	LockExceptionHandler lockExceptionHandler(LockProblemDetailsProperties properties) {
		return new LockExceptionHandler(properties.isIncludeMessage());
	}

}
