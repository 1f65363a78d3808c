package dev.distributedlock.interceptor;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Method;
import java.util.Arrays;

import dev.distributedlock.LockKey;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.StandardEnvironment;

/**
 * The key of one locked method, on an instance that runs for long, and on one that has
 * just been started and interprets everything. Two such instances must agree.
 */
final class ColdAndWarmKey {

	private final Object bean;

	private final Method method;

	private final LockOperation warm;

	ColdAndWarmKey(Object bean, String method) {
		this.bean = bean;
		this.method = Arrays.stream(bean.getClass().getMethods())
			.filter((candidate) -> candidate.getName().equals(method))
			.findFirst()
			.orElseThrow();
		this.warm = started();
	}

	private LockOperation started() {
		return new LockOperationSource(new StandardEnvironment()).find(this.method, this.bean.getClass()).orElseThrow();
	}

	LockKey warm(@Nullable Object... arguments) {
		return key(this.warm, arguments);
	}

	LockKey cold(@Nullable Object... arguments) {
		return key(started(), arguments);
	}

	private LockKey key(LockOperation operation, @Nullable Object... arguments) {
		return operation.requestsFor(new Call(this.bean, this.method, arguments)).get(0).key();
	}

	ColdAndWarmKey warmUp(@Nullable Object... arguments) {
		for (int i = 0; i < 2 * LockKeyPath.WARM_UP; i++) {
			warm(arguments);
		}
		return this;
	}

	/** A call as a proxy makes it. */
	private record Call(Object bean, Method method, @Nullable Object[] arguments) implements MethodInvocation {

		@Override
		public Method getMethod() {
			return this.method;
		}

		@Override
		public @Nullable Object[] getArguments() {
			return this.arguments;
		}

		@Override
		public @Nullable Object proceed() {
			throw new UnsupportedOperationException();
		}

		@Override
		public Object getThis() {
			return this.bean;
		}

		@Override
		public AccessibleObject getStaticPart() {
			return this.method;
		}

	}

}
