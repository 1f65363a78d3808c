package dev.distributedlock.interceptor;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * What the return type of a method means for its lock.
 */
final class ReturnTypes {

	private static final boolean REACTOR_IS_PRESENT = ClassUtils.isPresent("reactor.core.publisher.Flux",
			ReturnTypes.class.getClassLoader());

	/** Types such as {@code <T extends Comparable<T>>} have no end. */
	private static final int MAX_NESTING = 4;

	private static final String FLOW = "kotlinx.coroutines.flow.Flow";

	private static final Set<String> PROMISES = Set.of("org.reactivestreams.Publisher", "io.smallrye.mutiny.Uni",
			"io.smallrye.mutiny.Multi", "kotlinx.coroutines.Job", FLOW,
			"org.springframework.web.context.request.async.DeferredResult",
			"org.springframework.web.context.request.async.WebAsyncTask",
			"org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
			"org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody");

	private static final Map<Class<?>, Object> EMPTY = Map.of(Optional.class, Optional.empty(), OptionalInt.class,
			OptionalInt.empty(), OptionalLong.class, OptionalLong.empty(), OptionalDouble.class,
			OptionalDouble.empty());

	private ReturnTypes() {
	}

	/**
	 * Tell when a call is over, and refuse methods of which that cannot be told.
	 */
	static ReturnStyle styleOf(Method method, Class<?> type) {
		if (KotlinFunctions.isSuspending(method)) {
			checkSuspending(method, type);
			return ReturnStyle.COROUTINE;
		}
		Class<?> returned = method.getReturnType();
		Class<?> inner = innerPromise(ResolvableType.forMethodReturnType(method), MAX_NESTING);
		if (inner != null) {
			throw refused(method, type, "returns a " + returned.getName() + " of " + inner.getName());
		}
		if (returned == CompletionStage.class || returned == CompletableFuture.class) {
			return ReturnStyle.STAGE;
		}
		if (returned.getName().equals(FLOW)) {
			checkLibraries(method, type, "returns a Flow");
			return ReturnStyle.FLOW;
		}
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(returned);
		if (adapter != null && adapter.getReactiveType() == returned && adapter.getDescriptor().isDeferred()
				&& REACTOR_IS_PRESENT && !returned.getName().equals("kotlinx.coroutines.Deferred")) {
			return ReturnStyle.PUBLISHER;
		}
		if (isPromise(returned)) {
			throw refused(method, type, "returns a " + returned.getName());
		}
		return ReturnStyle.VALUE;
	}

	private static void checkSuspending(Method method, Class<?> type) {
		checkLibraries(method, type, "is a suspending function");
		if (!KotlinDetector.isKotlinType(method.getDeclaringClass())) {
			throw InvalidLockDeclarationException.ofMethod(method, type,
					"takes a Continuation, but is not written in Kotlin: only the compiler of Kotlin tells when such a function is over",
					"Return a CompletableFuture, a Mono or a Flux.");
		}
		ResolvableType returned = KotlinFunctions.genericReturnType(method);
		boolean flow = returned.toClass().getName().equals(FLOW);
		Class<?> inner = (!flow && isPromise(returned.toClass())) ? returned.toClass()
				: innerPromise(returned, MAX_NESTING);
		if (inner != null) {
			throw refused(method, type, "suspends, and then returns a " + inner.getName());
		}
	}

	private static void checkLibraries(Method method, Class<?> type, String what) {
		String missing = KotlinFunctions.missingLibrary(method);
		if (missing != null) {
			throw InvalidLockDeclarationException.ofMethod(method, type,
					what + ", but " + missing + " is not there, through which it is called",
					"Add " + missing + " to the class path.");
		}
	}

	private static InvalidLockDeclarationException refused(Method method, Class<?> type, String what) {
		return InvalidLockDeclarationException.ofMethod(method, type,
				what + ": it would be unlocked before the work is done",
				"Return a CompletableFuture, a Mono or a Flux, lock a method that returns when its work is done, or "
						+ "hold a lease of LockRegistry.acquireAsync(...) until then.");
	}

	/** What is in a response, a list or a future may go on when that is there. */
	private static @Nullable Class<?> innerPromise(ResolvableType outer, int depth) {
		if (depth == 0 || outer.toClass() == Class.class) {
			return null;
		}
		for (ResolvableType inner : outer.getGenerics()) {
			Class<?> type = inner.toClass();
			Class<?> promise = (isPromise(type)) ? type : innerPromise(inner, depth - 1);
			if (promise != null) {
				return promise;
			}
		}
		return null;
	}

	private static boolean isPromise(Class<?> type) {
		return Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)
				|| Flow.Publisher.class.isAssignableFrom(type) || Callable.class.isAssignableFrom(type)
				|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null || isPromiseByName(type);
	}

	// Their libraries may be there without what would adapt them.
	private static boolean isPromiseByName(Class<?> type) {
		return PROMISES.contains(type.getName())
				|| (type.getSuperclass() != null && isPromiseByName(type.getSuperclass()))
				|| Arrays.stream(type.getInterfaces()).anyMatch(ReturnTypes::isPromiseByName);
	}

	/**
	 * Return whether a call that is skipped has something to return.
	 */
	static boolean maySkip(Method method, ReturnStyle style) {
		return switch (style) {
			case STAGE, FLOW -> true;
			case PUBLISHER ->
				Objects.requireNonNull(ReactiveAdapterRegistry.getSharedInstance().getAdapter(method.getReturnType()))
					.getDescriptor()
					.supportsEmpty();
			case VALUE, COROUTINE ->
				!KotlinFunctions.neverReturnsNull(method) || isEmptyWithoutNull(KotlinFunctions.returnType(method));
		};
	}

	private static boolean isEmptyWithoutNull(Class<?> returned) {
		return returned.isPrimitive() || EMPTY.containsKey(returned) || returned.getName().equals(FLOW);
	}

	/**
	 * Return what a call returns that was skipped; for a stage, what it completes with.
	 */
	static @Nullable Object valueOfSkippedCall(Method method, ReturnStyle style) {
		if (style == ReturnStyle.STAGE) {
			return EMPTY.get(ResolvableType.forMethodReturnType(method).getGeneric(0).toClass());
		}
		Class<?> returned = KotlinFunctions.returnType(method);
		if (returned.isPrimitive() && returned != void.class) {
			return Array.get(Array.newInstance(returned, 1), 0);
		}
		return EMPTY.get(returned);
	}

}
