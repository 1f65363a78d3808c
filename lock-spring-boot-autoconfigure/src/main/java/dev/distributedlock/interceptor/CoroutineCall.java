package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import dev.distributedlock.LockLease;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.channels.BufferOverflow;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowKt;
import kotlinx.coroutines.reactive.ReactiveFlowKt;
import kotlinx.coroutines.reactor.ReactorFlowKt;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.CoroutinesUtils;

/**
 * Calls of Kotlin: suspending functions, which are over when their coroutine is, and
 * functions that return a {@code Flow}, which are over when its collection is. Blocks no
 * thread.
 */
// Spring's proxies see a suspending function as a publisher: they wait, without blocking,
// for what the advice returns, and call the function as a coroutine that has the context
// of its caller, but not its job. Cancelling the caller cancels that coroutine and does
// not wait for it: it may still be in a blocking call, or in a finally block. So the
// locks are kept until the coroutine has ended.
final class CoroutineCall {

	/** Elements of a Flow may be null, those of a publisher may not. */
	private static final Object NULL = new Object();

	private CoroutineCall() {
	}

	/**
	 * Begin a call of a suspending function.
	 * @return the publisher that Spring's proxy waits for
	 */
	static Object suspending(LockSequence locks, CallTransactions transactions, LockOperation operation,
			MethodInvocation invocation) {
		Continuation<?> caller = continuation(invocation.getArguments());
		PublisherCall call = new PublisherCall(locks, transactions, operation, new DetachedCall(invocation),
				() -> new Function(caller));
		return (KotlinFunctions.returnType(invocation.getMethod()) == Flow.class) ? call.many() : call.one();
	}

	/**
	 * Return a flow that takes the locks whenever it is collected.
	 */
	static Object flow(LockSequence locks, CallTransactions transactions, LockOperation operation,
			MethodInvocation invocation) {
		DetachedCall detached = new DetachedCall(invocation);
		Flow<@Nullable Object> flow = (collector, continuation) -> {
			PublisherCall call = new PublisherCall(locks, transactions, operation, detached,
					() -> new Collection(contextOf(continuation), operation.location()));
			// One element at a time: the collector has done with it before the next one,
			// or the end, comes. Otherwise it would handle the last ones unlocked.
			return FlowKt.buffer(ReactiveFlowKt.asFlow(call.many()), 0, BufferOverflow.SUSPEND)
				.collect((value, next) -> collector.emit((value != NULL) ? value : null, next), continuation);
		};
		return flow;
	}

	/**
	 * Call a suspending function of the target that answers instead of the locked one.
	 * @param arguments the arguments, without continuation
	 * @return a publisher
	 */
	static Object answer(Method function, MethodInvocation invocation, @Nullable Object[] arguments) {
		@Nullable Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
		Continuation<?> caller = continuation(invocation.getArguments());
		all[arguments.length] = caller;
		return CoroutinesUtils.invokeSuspendingFunction(contextOf(caller), function,
				Objects.requireNonNull(invocation.getThis()), all);
	}

	private static Continuation<?> continuation(@Nullable Object[] arguments) {
		return (Continuation<?>) Objects.requireNonNull(arguments[arguments.length - 1], "No continuation");
	}

	private static CoroutineContext contextOf(Continuation<?> continuation) {
		return continuation.getContext().minusKey(Job.Key);
	}

	private static Flux<Object> flux(Flow<?> flow, CoroutineContext context) {
		Flow<Object> withoutNull = (collector, continuation) -> flow
			.collect((value, next) -> collector.emit((value != null) ? value : NULL, next), continuation);
		return ReactorFlowKt.asFlux(withoutNull, context);
	}

	/** What a suspending function does. */
	private static final class Function implements PublishedWork {

		private final Continuation<?> caller;

		private @Nullable LeasesOfCoroutine running;

		Function(Continuation<?> caller) {
			this.caller = caller;
		}

		@Override
		public Publisher<Object> start(DetachedCall call, List<LockLease> leases) throws Throwable {
			this.running = new LeasesOfCoroutine(leases);
			Object returned = call.proceed(new Caller(this.caller, this.caller.getContext().plus(this.running)));
			return (returned != null) ? answer(returned) : Mono.empty();
		}

		@Override
		@SuppressWarnings("unchecked")
		public Publisher<Object> answer(Object answer) {
			if (answer instanceof Flow<?> flow) {
				return (Publisher<Object>) (Publisher<?>) ReactorFlowKt.asFlux(flow, contextOf(this.caller));
			}
			return (answer instanceof Publisher<?> publisher) ? (Publisher<Object>) publisher : Mono.just(answer);
		}

		@Override
		public Mono<Void> end() {
			return (this.running != null) ? this.running.end() : Mono.empty();
		}

	}

	/** What the collection of a flow does. */
	private static final class Collection implements PublishedWork {

		private final CoroutineContext context;

		private final String location;

		private @Nullable LeasesOfCoroutine running;

		Collection(CoroutineContext context, String location) {
			this.context = context;
			this.location = location;
		}

		@Override
		public Publisher<Object> start(DetachedCall call, List<LockLease> leases) throws Throwable {
			this.running = new LeasesOfCoroutine(leases);
			return (call.proceed() instanceof Flow<?> flow) ? flux(flow, this.context.plus(this.running))
					: Flux.error(new IllegalStateException(this.location + " returned null instead of a flow"));
		}

		@Override
		public Publisher<Object> answer(Object answer) {
			return flux((Flow<?>) answer, this.context);
		}

		@Override
		public Mono<Void> end() {
			return (this.running != null) ? this.running.end() : Mono.empty();
		}

	}

	/** The caller of a suspending function, with what the function is to run under. */
	private static final class Caller implements Continuation<Object> {

		private final Continuation<?> caller;

		private final CoroutineContext context;

		Caller(Continuation<?> caller, CoroutineContext context) {
			this.caller = caller;
			this.context = context;
		}

		@Override
		public CoroutineContext getContext() {
			return this.context;
		}

		@Override
		public void resumeWith(Object result) {
			this.caller.resumeWith(result);
		}

	}

}
