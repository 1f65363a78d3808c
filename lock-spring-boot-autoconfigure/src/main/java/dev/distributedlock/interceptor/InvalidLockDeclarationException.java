package dev.distributedlock.interceptor;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * A lock is declared in a way that cannot work. Thrown when the application starts, while
 * the bean with the declaration is created.
 */
public final class InvalidLockDeclarationException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	private final String location;

	private final String attribute;

	private final String reason;

	private final String action;

	private InvalidLockDeclarationException(String location, String attribute, String reason, String action,
			@Nullable Throwable cause) {
		super("Invalid @DistributedLock on " + location + ": " + attribute + " " + reason + ". " + action, cause);
		this.location = location;
		this.attribute = attribute;
		this.reason = reason;
		this.action = action;
	}

	static InvalidLockDeclarationException ofAttribute(Method method, Class<?> type, String attribute, String value,
			String reason, String action, @Nullable Throwable cause) {
		return new InvalidLockDeclarationException(location(method, type), attribute + " = \"" + value + "\"", reason,
				action, cause);
	}

	static InvalidLockDeclarationException ofLock(DeclaredLock lock, String attribute, String reason, String action) {
		return new InvalidLockDeclarationException(lock.definition().location(), attribute, reason, action, null);
	}

	static InvalidLockDeclarationException ofMethod(Method method, Class<?> type, String reason, String action) {
		return new InvalidLockDeclarationException(location(method, type), "the method", reason, action, null);
	}

	static InvalidLockDeclarationException ofLock(String location, String subject, String reason, String action) {
		return new InvalidLockDeclarationException(location, subject, reason, action, null);
	}

	private static String location(Method method, Class<?> type) {
		StringBuilder parameters = new StringBuilder();
		for (Class<?> parameter : KotlinFunctions.parameterTypes(method)) {
			parameters.append((parameters.isEmpty()) ? "" : ", ").append(ClassUtils.getShortName(parameter));
		}
		String declaring = method.getDeclaringClass().getName() + "." + method.getName() + "(" + parameters + ")";
		return (method.getDeclaringClass() != type) ? declaring + " of bean class " + type.getName() : declaring;
	}

	/**
	 * Return where the lock is declared.
	 * @return class and method
	 */
	public String location() {
		return this.location;
	}

	/**
	 * Return what is wrong: an attribute and its value, or the method itself.
	 * @return the subject of {@link #reason()}
	 */
	public String attribute() {
		return this.attribute;
	}

	/**
	 * Return why it cannot work.
	 * @return the reason, following the {@link #attribute()} in a sentence
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * Return how to fix it.
	 * @return the fix, as a sentence
	 */
	public String action() {
		return this.action;
	}

}
