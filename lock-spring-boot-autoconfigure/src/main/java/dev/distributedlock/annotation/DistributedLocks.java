package dev.distributedlock.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Several locks around one method: the container of a repeated {@link DistributedLock}.
 */
@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Reflective(DistributedLockReflectiveProcessor.class)
public @interface DistributedLocks {

	/**
	 * The locks.
	 * @return the locks, all of which are held while the method runs
	 */
	DistributedLock[] value();

}
