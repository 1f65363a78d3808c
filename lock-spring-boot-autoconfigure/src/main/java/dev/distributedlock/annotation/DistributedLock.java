package dev.distributedlock.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
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
 * there an annotation on the method itself replaces that of the type as a whole, and
 * {@link NoLock} removes it. It may be used as a meta-annotation, as {@link ReadLock},
 * {@link WriteLock}, {@link TryLock} and {@link ScheduledLock} do.
 * <p>
 * <strong>Several locks.</strong> The annotation may be repeated, and a key may be a
 * collection. All locks of a call are then taken in one order, that of the bytes of their
 * keys, whatever the order in which they are written: two calls never wait for each other
 * in a circle. Wait times count from the beginning of the call. If one lock is busy, all
 * are given back, in reverse. Each has a token of its own.
 * <p>
 * <strong>Futures and reactive types.</strong> A {@code CompletionStage} or
 * {@code CompletableFuture} is returned at once; the lock is acquired without blocking a
 * thread, the method is called with it on another thread, and it is held until what the
 * method returned is complete. {@code Mono}, {@code Flux} and other types that Reactor
 * can adapt take the lock anew for each subscription, and hold it until completion, error
 * or cancellation. Kotlin's suspending functions hold it until their coroutine has ended,
 * and a {@code Flow} takes it for each collection.
 * <p>
 * <strong>Order.</strong> The lock is outside of {@code @Transactional}, so that it is
 * released after the commit, and of {@code @Cacheable}, so that a hit takes it, too. It
 * is inside of {@code @Retryable}, so that each attempt takes it anew and none holds it
 * while it backs off, and of {@code @Async}, so that the thread that works takes it. An
 * application that gives transactions an order of their own sets
 * {@code distributed-lock.aop.order} to a smaller number. In a transaction that is active
 * already, the lock is held until that is over. A transaction that is about to commit
 * when the lock was lost is rolled back, unless {@link #onLockLost} is
 * {@link OnLockLost#LOG}.
 * <p>
 * <strong>Limits.</strong> The lock is taken by the bean's proxy: a call from within the
 * same object does not pass it. Private, static and final methods that no proxy can
 * intercept, other methods whose work goes on after they return (such as plain futures)
 * and all else that cannot work are refused when the application starts.
 */
@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(DistributedLocks.class)
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
	 * {@code methodName}, {@code target}, {@code targetClass} and {@code args};
	 * {@code @name} is a bean. Properties and instance methods may be read; types,
	 * constructors and assignments may not be used. Text that contains <code>#{</code> is
	 * a template: <code>order-#{#order.id}</code>.
	 * <p>
	 * The value must be one thing with a text of its own, such as a string, a number or
	 * an enum constant, or a collection or an array of such, to lock all of them.
	 * {@code null}, blank text and empty collections are refused with an
	 * {@link dev.distributedlock.InvalidLockKeyException}. Note that
	 * {@code 'order-' + #id} is the text {@code order-null} for a missing id, while the
	 * template is refused.
	 * @return the expression
	 */
	@AliasFor("value")
	String key() default "";

	/**
	 * The name of the {@link LockKeyGenerator} bean that makes the key, instead of an
	 * expression. Default: none.
	 * @return the name of a bean
	 */
	String keyGenerator() default "";

	/**
	 * The expression (SpEL) that says whether a call needs this lock; it may use what
	 * {@link #key} may. If it is {@code false}, the method runs <em>without</em> this
	 * lock. Anything but a boolean is refused with an
	 * {@link dev.distributedlock.InvalidLockConditionException}. Default: each call needs
	 * it.
	 * @return the expression
	 */
	String condition() default "";

	/**
	 * The name of the lock, a constant in which <code>${...}</code> is replaced from the
	 * environment: the namespace of its keys, its entry in {@code distributed-lock.locks}
	 * and the tag of its meters. Default: none; meters and configuration then know it by
	 * {@code SimpleClass.method}.
	 * @return the name
	 */
	String name() default "";

	/**
	 * Whether the lock is held alone or together with others, on the same key: a write
	 * lock and its read locks. A caller that shares a lock cannot get it for itself
	 * without letting go: that is a {@link dev.distributedlock.LockDeadlockException}.
	 * Default: alone.
	 * @return the mode
	 */
	LockMode mode() default LockMode.EXCLUSIVE;

	/**
	 * How many calls may hold the lock at the same time, on all instances together: a
	 * counted lock. Each has a lease and a token of its own. All methods that use the
	 * lock should say the same number; the smallest of those who hold it counts. Default:
	 * one. Not together with {@link LockMode#SHARED}, which has no limit.
	 * @return the number
	 */
	int permits() default 1;

	/**
	 * Whether calls are served first come first served over all instances. Default: an
	 * instance hands the lock on among its own threads for a moment before others get
	 * their turn, which is much faster.
	 * @return whether it is fair
	 */
	boolean fair() default false;

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
	 * How long renewal keeps the lock at most, so that a call that never returns does not
	 * hold it for ever; it is lost then. Written like {@link #waitTime}. Default: what is
	 * configured, else no limit.
	 * @return the time
	 */
	String maxHold() default "";

	/**
	 * How long the lock stays taken at least, counted from the grant, also if the method
	 * returns before: a throttle, or for schedulers whose clocks differ. The caller does
	 * not wait for it. It outlasts the end of this instance. Written like
	 * {@link #waitTime}. Default: what is configured, else no such time.
	 * @return the time
	 */
	String holdAtLeast() default "";

	/**
	 * The store that the lock is kept in, as the name of its bean. All locks of one name
	 * are in one store. Default: what is configured for the name, else the store of
	 * {@code distributed-lock.backend}.
	 * @return the name of a bean
	 */
	String backend() default "";

	/**
	 * What becomes of the call if the lock is busy for the whole wait time. Default: the
	 * {@link #fallback} or {@link #handler} answers if there is one, else it throws.
	 * @return the reaction
	 */
	OnFailure onFailure() default OnFailure.DEFAULT;

	/**
	 * The method of the same class that answers instead of this one if the lock is busy:
	 * it has the same parameters, or these and a
	 * {@link dev.distributedlock.LockTimeoutException}, and a return type that fits. It
	 * runs without the lock and may be private. Default: none.
	 * @return the name of a method
	 */
	String fallback() default "";

	/**
	 * The type of the bean that answers instead of the method if the lock is busy.
	 * Default: none.
	 * @return the type, of which there is one bean
	 */
	Class<? extends LockFailureHandler> handler() default LockFailureHandler.class;

	/**
	 * What becomes of the call if the lock is lost while the method runs. Default: it
	 * throws.
	 * @return the reaction
	 */
	OnLockLost onLockLost() default OnLockLost.DEFAULT;

}
