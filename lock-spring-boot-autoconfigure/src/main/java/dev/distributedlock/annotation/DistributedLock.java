package dev.distributedlock.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Runs a method under a distributed lock: of all calls with an equal lock, on all
 * instances, one at a time runs.
 *
 * <pre>
 * &#64;DistributedLock(name = "orders", key = "#order.id", waitTime = "2s")
 * public Receipt pay(Order order) { ... }
 * </pre>
 *
 * <strong>Identity.</strong> With {@link #name} and {@link #key} the lock is that key
 * within that name. With a key alone, equal keys exclude each other wherever in the
 * application they are written. With a name alone it is one lock. With neither it is the
 * method: its class, its name and, if the class overloads it, its parameter types.
 * <p>
 * <strong>Place.</strong> On a method of a Spring bean, of a superclass or of an
 * interface of it. On a type, it locks all public methods of the beans of that type;
 * there an annotation on the method itself replaces that of the type as a whole. It may
 * be used as a meta-annotation.
 * <p>
 * <strong>Order.</strong> The lock is outside of {@code @Transactional}, so that it is
 * released after the commit, and of {@code @Cacheable}, so that a hit takes it, too. It
 * is inside of {@code @Retryable}, so that each attempt takes it anew and none holds it
 * while it backs off, and of {@code @Async}, so that the thread that works takes it. An
 * application that gives transactions an order of their own sets
 * {@code distributed-lock.aop.order} to a smaller number.
 * <p>
 * <strong>Limits.</strong> The lock is taken by the bean's proxy: a call from within the
 * same object does not pass it. Private, static and final methods that no proxy can
 * intercept and methods whose work goes on after they return (futures, reactive types,
 * suspending functions) are refused when the application starts.
 */
@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Reflective(DistributedLockReflectiveProcessor.class)
public @interface DistributedLock {

	/**
	 * Alias for {@link #key}.
	 * @return the expression
	 */
	@AliasFor("key")
	String value() default "";

	/**
	 * The expression (SpEL) whose value tells the locks of one name apart. Default: none,
	 * there is one lock.
	 * <p>
	 * Parameters are {@code #order} by name (of the method or of one that it overrides),
	 * {@code #p0} and {@code #a0} by position; {@code #root} has {@code method},
	 * {@code methodName}, {@code target}, {@code targetClass} and {@code args}.
	 * Properties and instance methods may be read; types, constructors, beans and
	 * assignments may not be used. Text that contains <code>#{</code> is a template:
	 * <code>order-#{#order.id}</code>.
	 * <p>
	 * The value must be one thing with a text of its own, such as a string, a number or
	 * an enum constant. {@code null}, blank text and collections are refused with an
	 * {@link dev.distributedlock.InvalidLockKeyException}. Note that
	 * {@code 'order-' + #id} is the text {@code order-null} for a missing id, while the
	 * template is refused.
	 * @return the expression
	 */
	@AliasFor("value")
	String key() default "";

	/**
	 * The name of the lock, a constant in which <code>${...}</code> is replaced from the
	 * environment: the namespace of its keys, its entry in {@code distributed-lock.locks}
	 * and the tag of its meters. Default: none; meters and configuration then know it by
	 * {@code SimpleClass.method}.
	 * @return the name
	 */
	String name() default "";

	/**
	 * How long to wait for the lock, as {@code 500ms}, {@code 5s}, {@code PT5S} or
	 * <code>${...}</code>; {@code 0} tries once. Default: what is configured.
	 * @return the wait time
	 */
	String waitTime() default "";

	/**
	 * How long the store keeps the lock for a silent holder, as {@code 30s},
	 * {@code PT30S} or <code>${...}</code>. Default: what is configured.
	 * @return the lease time
	 */
	String leaseTime() default "";

	/**
	 * What becomes of the call if the lock is busy for the whole wait time. Default: it
	 * throws.
	 * @return the reaction
	 */
	OnFailure onFailure() default OnFailure.DEFAULT;

}
