package dev.distributedlock.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Conditional;

/**
 * Matches if locks are enabled and {@code distributed-lock.backend} names a store. The
 * store {@value #DEFAULT} is meant where the property is not set.
 */
@Documented
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnBooleanProperty(name = "distributed-lock.enabled", matchIfMissing = true)
@Conditional(OnLockBackendCondition.class)
public @interface ConditionalOnLockBackend {

	/** The store that is used where none is configured. */
	String DEFAULT = "redis";

	/**
	 * The name of the store.
	 * @return the name, as in {@code distributed-lock.backend}
	 */
	String value();

}
