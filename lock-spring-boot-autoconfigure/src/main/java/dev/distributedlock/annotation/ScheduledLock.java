package dev.distributedlock.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Runs a scheduled method on one instance at a time: a {@link DistributedLock} with a
 * wait time of zero and {@link OnFailure#SKIP}.
 *
 * <pre>
 * &#64;Scheduled(cron = "0 0 3 * * *")
 * &#64;ScheduledLock(name = "nightly-report")
 * public void report() { ... }
 * </pre>
 *
 * The lock is renewed while the method runs and released when it is done. Instances whose
 * clocks differ by more than the run of a short method takes may therefore run it one
 * after the other, unless {@link #holdAtLeast()} is longer than that.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@DistributedLock(waitTime = "0", onFailure = OnFailure.SKIP)
public @interface ScheduledLock {

	/**
	 * The name of the lock, as {@link DistributedLock#name()}. Default: none, the lock is
	 * the method.
	 * @return the name
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "name")
	String name() default "";

	/**
	 * Whether a run needs the lock, as {@link DistributedLock#condition()}. Default: each
	 * run does.
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
	 * {@link DistributedLock#maxHold()}. Default: what is configured.
	 * @return the time
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "maxHold")
	String maxHold() default "";

	/**
	 * The store that the lock is kept in, as {@link DistributedLock#backend()}. Default:
	 * what is configured.
	 * @return the name of a bean
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "backend")
	String backend() default "";

	/**
	 * {@link DistributedLock#holdAtLeast()}: longer than the clocks of the instances
	 * differ, so that none of them runs the method once more. Default: what is
	 * configured.
	 * @return the time
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "holdAtLeast")
	String holdAtLeast() default "";

	/**
	 * What becomes of the run if the lock is lost while the method runs. Default: it
	 * throws.
	 * @return the reaction
	 */
	@AliasFor(annotation = DistributedLock.class, attribute = "onLockLost")
	OnLockLost onLockLost() default OnLockLost.DEFAULT;

}
