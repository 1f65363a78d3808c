package dev.distributedlock.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Runs a method while nobody else holds its lock, neither as {@link ReadLock} nor alone:
 * a {@link DistributedLock} with {@link LockMode#EXCLUSIVE}, named for what it is beside
 * read locks.
 */
@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@DistributedLock(mode = LockMode.EXCLUSIVE)
public @interface WriteLock {

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
	 * The name of the lock, as {@link DistributedLock#name()}; readers and writers of one
	 * lock have the same. Default: none.
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
	 * Whether calls are served first come first served over all instances, as
	 * {@link DistributedLock#fair()}. Default: not.
	 * @return whether it is fair
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "fair")
	boolean fair() default false;

	/**
	 * How long to wait for the lock, as {@link DistributedLock#waitTime()}. Default: what
	 * is configured.
	 * @return the wait time
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "waitTime")
	String waitTime() default "";

	/**
	 * How long the store keeps the lock for a silent holder, as
	 * {@link DistributedLock#leaseTime()}. Default: what is configured.
	 * @return the lease time
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "leaseTime")
	String leaseTime() default "";

	/**
	 * How long renewal keeps the lock at most, as {@link DistributedLock#maxHold()}.
	 * Default: what is configured.
	 * @return the time
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "maxHold")
	String maxHold() default "";

	/**
	 * How long the lock stays taken at least, as {@link DistributedLock#holdAtLeast()}.
	 * Default: what is configured.
	 * @return the time
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "holdAtLeast")
	String holdAtLeast() default "";

	/**
	 * The store that the lock is kept in, as {@link DistributedLock#backend()}; readers
	 * and writers of one lock have the same. Default: what is configured.
	 * @return the name of a bean
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "backend")
	String backend() default "";

	/**
	 * What becomes of a call that does not get the lock, as
	 * {@link DistributedLock#onFailure()}. Default: it throws, unless there is a fallback
	 * or a handler.
	 * @return the reaction
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "onFailure")
	OnFailure onFailure() default OnFailure.DEFAULT;

	/**
	 * The method that answers if the lock is busy, as {@link DistributedLock#fallback()}.
	 * Default: none.
	 * @return the name of a method
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "fallback")
	String fallback() default "";

	/**
	 * The type of the bean that answers if the lock is busy, as
	 * {@link DistributedLock#handler()}. Default: none.
	 * @return the type
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "handler")
	Class<? extends LockFailureHandler> handler() default LockFailureHandler.class;

	/**
	 * What becomes of the call if the lock is lost while the method runs. Default: it
	 * throws.
	 * @return the reaction
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "onLockLost")
	OnLockLost onLockLost() default OnLockLost.DEFAULT;

}
