package dev.distributedlock.interceptor;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.distributedlock.annotation.DistributedLock;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.util.StringUtils;

/**
 * Finds the members that an expression may read: those with a name that occurs in it, of
 * the types that it can get to along declared types, from the parameters, the bean itself
 * and the beans that it names. More than it reads, perhaps, but never less, unless an
 * argument is of a subclass with members of its own.
 */
final class LockExpressionHints {

	private static final Pattern NAME = Pattern.compile("\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*");

	private static final Pattern BEAN = Pattern.compile("@(?:'([^']+)'|([\\w.]*\\w))");

	private final ReflectionHints hints;

	private final ConfigurableListableBeanFactory beans;

	LockExpressionHints(ReflectionHints hints, ConfigurableListableBeanFactory beans) {
		this.hints = hints;
		this.beans = beans;
	}

	void register(Method method, Class<?> type, List<DistributedLock> locks) {
		for (DistributedLock lock : locks) {
			register(lock.key(), method, type);
			register(lock.condition(), method, type);
		}
	}

	private void register(String expression, Method method, Class<?> type) {
		Set<String> names = NAME.matcher(expression).results().map(MatchResult::group).collect(Collectors.toSet());
		if (names.isEmpty()) {
			return;
		}
		Set<Class<?>> seen = new HashSet<>();
		for (int i = 0; i < method.getParameterCount(); i++) {
			follow(ResolvableType.forMethodParameter(method, i, type), names, seen);
		}
		if (names.contains("root")) {
			follow(ResolvableType.forClass(type), names, seen);
		}
		BEAN.matcher(expression).results().forEach((found) -> followBean(found, names, seen));
	}

	private void followBean(MatchResult found, Set<String> names, Set<Class<?>> seen) {
		String path = (found.group(1) != null) ? found.group(1) : found.group(2);
		// The name of a bean may have dots in it, and may be followed by some.
		for (String name = path; !name.isEmpty(); name = name.substring(0, Math.max(0, name.lastIndexOf('.')))) {
			if (this.beans.containsBean(name)) {
				Class<?> type = this.beans.getType(name, /* allowFactoryBeanInit= */ false);
				if (type != null) {
					follow(ResolvableType.forClass(type), names, seen);
				}
				return;
			}
		}
	}

	private void follow(ResolvableType type, Set<String> names, Set<Class<?>> seen) {
		for (ResolvableType generic : type.getGenerics()) {
			follow(generic, names, seen);
		}
		if (type.isArray()) {
			follow(type.getComponentType(), names, seen);
			return;
		}
		Class<?> raw = type.resolve();
		if (raw == null || raw.isPrimitive() || !seen.add(raw)) {
			return;
		}
		for (Method method : raw.getMethods()) {
			if (!method.isBridge() && !Modifier.isStatic(method.getModifiers()) && isRead(method.getName(), names)) {
				this.hints.registerMethod(method, ExecutableMode.INVOKE);
				follow(ResolvableType.forMethodReturnType(method, raw), names, seen);
			}
		}
		for (Field field : raw.getFields()) {
			if (names.contains(field.getName())) {
				this.hints.registerField(field);
				follow(ResolvableType.forField(field, type), names, seen);
			}
		}
	}

	private static boolean isRead(String method, Set<String> names) {
		if (names.contains(method)) {
			return true;
		}
		String property = method.startsWith("get") ? method.substring(3)
				: method.startsWith("is") ? method.substring(2) : "";
		return names.contains(property) || names.contains(StringUtils.uncapitalize(property));
	}

}
