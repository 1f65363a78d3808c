package dev.distributedlock.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Runs a method if its lock is free at this moment, else skips the call: a
 * {@link DistributedLock} with a wait time of zero and {@link OnFailure#SKIP}.
 */
@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@DistributedLock(waitTime = "0", onFailure = OnFailure.SKIP)
public @interface TryLock {

	/**
	 * Alias for {@link #key}.
	 * @return the expression
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "value")
	String value() default "";

	/**
	 * The expression whose value tells the locks of one name apart, as
	 * {@link DistributedLock#key()}. Default: none, there is one lock.
	 * @return the expression
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "key")
	String key() default "";

	/**
	 * The name of the lock, as {@link DistributedLock#name()}. Default: none.
	 * @return the name
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "name")
	String name() default "";

	/**
	 * The bean that makes the key, as {@link DistributedLock#keyGenerator()}. Default:
	 * none.
	 * @return the name of a bean
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "keyGenerator")
	String keyGenerator() default "";

	/**
	 * Whether a call needs the lock, as {@link DistributedLock#condition()}. Default:
	 * each call does.
	 * @return the expression
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "condition")
	String condition() default "";

	/**
	 * How long the store keeps the lock for a silent holder, as
	 * {@link DistributedLock#leaseTime()}. Default: what is configured.
	 * @return the lease time
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "leaseTime")
	String leaseTime() default "";

	/**
	 * The store that the lock is kept in, as {@link DistributedLock#backend()}. Default:
	 * what is configured.
	 * @return the name of a bean
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "backend")
	String backend() default "";

	/**
	 * {@link DistributedLock#holdAtLeast()}: the next call runs no earlier. Default: what
	 * is configured.
	 * @return the time
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "holdAtLeast")
	String holdAtLeast() default "";

	/**
	 * What becomes of the call if the lock is lost while the method runs. Default: it
	 * throws.
	 * @return the reaction
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "onLockLost")
	OnLockLost onLockLost() default OnLockLost.DEFAULT;

}
