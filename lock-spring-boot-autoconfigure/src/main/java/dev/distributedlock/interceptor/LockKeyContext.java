package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.BeanResolver;
import org.springframework.expression.ConstructorResolver;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.IndexAccessor;
import org.springframework.expression.MethodResolver;
import org.springframework.expression.OperatorOverloader;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.TypeComparator;
import org.springframework.expression.TypeConverter;
import org.springframework.expression.TypeLocator;
import org.springframework.expression.TypedValue;
import org.springframework.expression.spel.support.SimpleEvaluationContext;
import org.springframework.util.ClassUtils;

/**
 * The view that a key expression has of one call: its arguments, read-only, and beans,
 * without types and constructors. Costs two small objects a call; all that can be shared
 * is shared.
 */
final class LockKeyContext implements EvaluationContext {

	private final SimpleEvaluationContext shared;

	private final BeanResolver beans;

	private final LockVariables variables;

	private final @Nullable Object[] arguments;

	private final TypedValue root;

	LockKeyContext(SimpleEvaluationContext shared, BeanResolver beans, LockVariables variables,
			MethodInvocation invocation) {
		this.shared = shared;
		this.beans = beans;
		this.variables = variables;
		this.arguments = invocation.getArguments();
		this.root = new TypedValue(new Root(invocation));
	}

	@Override
	public TypedValue getRootObject() {
		return this.root;
	}

	@Override
	public @Nullable Object lookupVariable(String name) {
		return this.variables.value(name, this.arguments);
	}

	@Override
	public void setVariable(String name, @Nullable Object value) {
		throw new UnsupportedOperationException("Key expressions cannot set variables");
	}

	@Override
	public TypedValue assignVariable(String name, Supplier<TypedValue> valueSupplier) {
		throw new UnsupportedOperationException("Key expressions cannot assign");
	}

	@Override
	public boolean isAssignmentEnabled() {
		return false;
	}

	@Override
	public List<PropertyAccessor> getPropertyAccessors() {
		return this.shared.getPropertyAccessors();
	}

	@Override
	public List<IndexAccessor> getIndexAccessors() {
		return this.shared.getIndexAccessors();
	}

	@Override
	public List<ConstructorResolver> getConstructorResolvers() {
		return List.of();
	}

	@Override
	public List<MethodResolver> getMethodResolvers() {
		return this.shared.getMethodResolvers();
	}

	@Override
	public BeanResolver getBeanResolver() {
		return this.beans;
	}

	@Override
	public TypeLocator getTypeLocator() {
		return this.shared.getTypeLocator();
	}

	@Override
	public TypeConverter getTypeConverter() {
		return this.shared.getTypeConverter();
	}

	@Override
	public TypeComparator getTypeComparator() {
		return this.shared.getTypeComparator();
	}

	@Override
	public OperatorOverloader getOperatorOverloader() {
		return this.shared.getOperatorOverloader();
	}

	/** What expressions see as {@code #root}. */
	static final class Root {

		static final List<String> PROPERTIES = List.of("method", "methodName", "target", "targetClass", "args");

		private final MethodInvocation invocation;

		Root(MethodInvocation invocation) {
			this.invocation = invocation;
		}

		public Method getMethod() {
			return this.invocation.getMethod();
		}

		public String getMethodName() {
			return this.invocation.getMethod().getName();
		}

		public @Nullable Object getTarget() {
			return this.invocation.getThis();
		}

		public @Nullable Class<?> getTargetClass() {
			Object target = this.invocation.getThis();
			return (target != null) ? ClassUtils.getUserClass(target) : null;
		}

		public @Nullable Object[] getArgs() {
			return KotlinFunctions.arguments(this.invocation);
		}

	}

}
