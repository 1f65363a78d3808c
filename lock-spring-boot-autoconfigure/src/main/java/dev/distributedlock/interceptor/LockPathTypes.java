package dev.distributedlock.interceptor;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/**
 * Follows paths such as {@code #order.customer.id} along declared types, before the first
 * call: a member that a final class lacks is refused; one that a subclass may have is
 * worth a warning.
 */
final class LockPathTypes {

	private static final Logger logger = LoggerFactory.getLogger(LockPathTypes.class);

	/** Types that tell nothing of what is there at run time. */
	private static final Set<Class<?>> OPEN = Set.of(Object.class, Optional.class, Class.class, Map.class);

	private final String attribute;

	private final String source;

	private final LockVariables variables;

	private final DeclarationSite declaration;

	LockPathTypes(String attribute, String source, LockVariables variables, DeclarationSite declaration) {
		this.attribute = attribute;
		this.source = source;
		this.variables = variables;
		this.declaration = declaration;
	}

	void check(SpelNode node) {
		if (node instanceof CompoundExpression && node.getChild(0) instanceof VariableReference variable) {
			follow(node, typeOf(variable));
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			check(node.getChild(i));
		}
	}

	private @Nullable Class<?> typeOf(VariableReference variable) {
		int index = this.variables.indexOf(variable.toStringAST().substring(1));
		return (index >= 0) ? this.declaration.method().getParameterTypes()[index] : null;
	}

	private void follow(SpelNode path, @Nullable Class<?> start) {
		Class<?> type = start;
		for (int i = 1; i < path.getChildCount() && type != null; i++) {
			type = next(ClassUtils.resolvePrimitiveIfNecessary(type), path.getChild(i));
		}
	}

	private @Nullable Class<?> next(Class<?> type, SpelNode step) {
		if (OPEN.contains(type) || type.isArray()) {
			return null;
		}
		if (step instanceof PropertyOrFieldReference property) {
			return known(property(type, property.getName()), type, "property '" + property.getName() + "'", step);
		}
		if (step instanceof MethodReference method) {
			return known(method(type, method), type, "method '" + method.getName() + "'", step);
		}
		return null;
	}

	private static Optional<Class<?>> property(Class<?> type, String name) {
		String capitalized = StringUtils.capitalize(name);
		List<String> getters = List.of(name, "get" + capitalized, "is" + capitalized, "get" + name, "is" + name);
		Optional<Class<?>> read = methods(type)
			.filter((method) -> method.getParameterCount() == 0 && getters.contains(method.getName()))
			.<Class<?>>map(Method::getReturnType)
			.findFirst();
		return read.or(() -> Arrays.stream(type.getFields())
			.filter((field) -> field.getName().equals(name))
			.<Class<?>>map(Field::getType)
			.findFirst());
	}

	private static Optional<Class<?>> method(Class<?> type, MethodReference reference) {
		return methods(type)
			.filter((method) -> method.getName().equals(reference.getName())
					&& (method.isVarArgs() || method.getParameterCount() == reference.getChildCount()))
			// Of several, which one is meant is known at run time.
			.<Class<?>>map((method) -> (reference.getChildCount() == 0) ? method.getReturnType() : Object.class)
			.findFirst();
	}

	private static Stream<Method> methods(Class<?> type) {
		Stream<Method> own = Arrays.stream(type.getMethods()).filter((method) -> !method.isBridge());
		return (type.isInterface()) ? Stream.concat(own, Arrays.stream(Object.class.getMethods())) : own;
	}

	private @Nullable Class<?> known(Optional<Class<?>> found, Class<?> type, String what, SpelNode step) {
		if (found.isPresent()) {
			return found.get();
		}
		String reason = "reads the " + what + " (at position " + step.getStartPosition() + "), which "
				+ ClassUtils.getShortName(type) + " does not have";
		if (Modifier.isFinal(type.getModifiers())) {
			throw this.declaration.invalid(this.attribute, this.source, reason,
					"Correct the name; readable are: " + readable(type) + ".", null);
		}
		logger.warn("The {} \"{}\" of {} {}: calls are refused, unless their argument is of a subclass that has it",
				this.attribute, this.source, this.declaration.location(), reason);
		return null;
	}

	private static String readable(Class<?> type) {
		return Arrays.stream(type.getMethods())
			.filter((method) -> method.getParameterCount() == 0 && method.getReturnType() != void.class
					&& !Modifier.isStatic(method.getModifiers()) && method.getDeclaringClass() != Object.class
					&& !ReflectionUtils.isObjectMethod(method))
			.map((method) -> StringUtils.uncapitalize(method.getName().replaceFirst("^(get|is)(?=[A-Z])", "")))
			.distinct()
			.sorted()
			.limit(20)
			.collect(Collectors.joining(", "));
	}

}
