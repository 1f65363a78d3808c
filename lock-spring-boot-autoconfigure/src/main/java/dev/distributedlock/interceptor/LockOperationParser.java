package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockOptions;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.OnFailure;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertyResolver;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.ClassUtils;

/**
 * Makes a {@link LockOperation} of an annotation and refuses what cannot work.
 */
final class LockOperationParser {

	private final PropertyResolver properties;

	private final LockKeyExpressionParser expressions = new LockKeyExpressionParser();

	LockOperationParser(PropertyResolver properties) {
		this.properties = properties;
	}

	LockOperation parse(DistributedLock lock, Method method, Class<?> type) {
		Declaration declaration = new Declaration(method, type);
		ReturnTypes.check(method, type);
		String name = name(lock.name(), declaration);
		LockOptions options = waitTime(lock.waitTime(), declaration).orElse(leaseTime(lock.leaseTime(), declaration));
		LockDefinition definition = new LockDefinition((name != null) ? name : label(method), location(method),
				lock.key(), options);
		boolean skipIfBusy = lock.onFailure() == OnFailure.SKIP;
		return new LockOperation(definition, name != null, keyOf(name, lock.key(), declaration), skipIfBusy,
				(skipIfBusy) ? ReturnTypes.valueOfSkippedCall(method.getReturnType()) : null);
	}

	private @Nullable String name(String declared, Declaration declaration) {
		if (declared.isEmpty()) {
			return null;
		}
		if (declared.contains("#{")) {
			throw declaration.invalid("name", declared,
					"is an expression, but names are constants: they look up configuration and tag meters",
					"Move what varies from call to call to 'key'.", null);
		}
		String name = resolve("name", declared, declaration);
		try {
			LockKey.of(name);
			return name;
		}
		catch (InvalidLockKeyException ex) {
			throw declaration.invalid("name", declared,
					(name.isBlank()) ? "is blank" : "cannot name a lock: " + ex.getMessage(),
					"Give the lock a name, or leave the attribute out.", ex);
		}
	}

	private String resolve(String attribute, String declared, Declaration declaration) {
		try {
			return this.properties.resolveRequiredPlaceholders(declared);
		}
		catch (IllegalArgumentException ex) {
			throw declaration.invalid(attribute, declared,
					"has a placeholder that cannot be resolved: " + ex.getMessage(),
					"Set the property, or give the placeholder a default as in ${property:default}.", ex);
		}
	}

	private LockOptions waitTime(String declared, Declaration declaration) {
		return time("waitTime", declared, declaration, (time) -> new LockOptions(time, null, null));
	}

	private LockOptions leaseTime(String declared, Declaration declaration) {
		return time("leaseTime", declared, declaration, (time) -> new LockOptions(null, time, null));
	}

	private LockOptions time(String attribute, String declared, Declaration declaration,
			Function<Duration, LockOptions> toOptions) {
		if (declared.isEmpty()) {
			return LockOptions.NONE;
		}
		String text = resolve(attribute, declared, declaration).trim();
		try {
			return toOptions.apply(duration(text));
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw declaration
				.invalid(
						attribute, declared, (text.equals(declared) ? "" : "(resolved to \"" + text + "\") ")
								+ "cannot be used: " + ex.getMessage(),
						"Use a time such as 500ms, 5s, 2m or PT5S.", ex);
		}
	}

	private static Duration duration(String text) {
		if (text.equals("0")) {
			return Duration.ZERO;
		}
		if (text.chars().allMatch((c) -> Character.isDigit(c) || c == '-' || c == '+')) {
			throw new IllegalArgumentException("'" + text + "' is not a duration: it has no unit");
		}
		return DurationFormatterUtils.detectAndParse(text);
	}

	private Function<MethodInvocation, LockKey> keyOf(@Nullable String name, String key, Declaration declaration) {
		if (!key.isEmpty()) {
			LockKeyExpression expression = this.expressions.parse(key, declaration);
			if (name == null) {
				return expression::keyFor;
			}
			LockKey named = LockKey.of(name);
			return (invocation) -> expression.keyFor(named, invocation);
		}
		LockKey constant = LockKey.of((name != null) ? name : identity(declaration.method()));
		return (invocation) -> constant;
	}

	/**
	 * A lock without name and key is the method: class and name, and the parameter types
	 * where the class that declares it overloads that name.
	 */
	private static String identity(Method method) {
		String name = method.getDeclaringClass().getName() + "." + method.getName();
		boolean overloaded = Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
			.filter((other) -> !other.isSynthetic() && other.getName().equals(method.getName()))
			.count() > 1;
		return (overloaded) ? name + parameters(method, Class::getTypeName) : name;
	}

	private static String label(Method method) {
		return method.getDeclaringClass().getSimpleName() + "." + method.getName();
	}

	private static String location(Method method) {
		return label(method) + parameters(method, ClassUtils::getShortName);
	}

	private static String parameters(Method method, Function<Class<?>, String> text) {
		return Arrays.stream(method.getParameterTypes()).map(text).collect(Collectors.joining(", ", "(", ")"));
	}

	/** Where an annotation is, for messages. */
	record Declaration(Method method, Class<?> type) {

		String location() {
			return LockOperationParser.location(this.method);
		}

		InvalidLockDeclarationException invalid(String attribute, String value, String reason, String action,
				@Nullable Throwable cause) {
			return InvalidLockDeclarationException.ofAttribute(this.method, this.type, attribute, value, reason, action,
					cause);
		}

	}

}
