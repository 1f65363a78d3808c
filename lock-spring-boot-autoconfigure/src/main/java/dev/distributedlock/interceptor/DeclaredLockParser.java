package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.Arrays;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockRequest;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.LockMode;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.env.PropertyResolver;

/**
 * Makes a {@link DeclaredLock} of one annotation.
 */
final class DeclaredLockParser {

	private final DeclaredText text;

	private final DeclaredTimes times;

	private final LockKeyExpressionParser expressions;

	private final BypassListeners bypasses;

	private final BeanFactory beans;

	DeclaredLockParser(PropertyResolver properties, BeanFactory beans) {
		this.text = new DeclaredText(properties);
		this.times = new DeclaredTimes(this.text);
		this.expressions = new LockKeyExpressionParser(beans);
		this.bypasses = new BypassListeners(beans);
		this.beans = beans;
	}

	DeclaredLock parse(DistributedLock lock, DeclarationSite declaration) {
		String name = this.text.name(lock.name(), declaration);
		String label = (name != null) ? name : declaration.label();
		LockDefinition definition = new LockDefinition(label, declaration.location(), keyText(lock),
				this.times.of(lock, declaration));
		return new DeclaredLock(definition, name != null, maxHolders(lock, declaration), lock.fair(),
				condition(lock.condition(), definition, declaration), keys(name, lock, declaration));
	}

	private static String keyText(DistributedLock lock) {
		return (lock.keyGenerator().isEmpty()) ? lock.key() : "@" + lock.keyGenerator();
	}

	private static int maxHolders(DistributedLock lock, DeclarationSite declaration) {
		if (lock.permits() < 1) {
			throw declaration.invalid("permits", Integer.toString(lock.permits()), "lets nobody hold the lock",
					"Use a number of one or more.", null);
		}
		if (lock.mode() == LockMode.EXCLUSIVE) {
			return lock.permits();
		}
		if (lock.permits() > 1) {
			throw declaration.invalid("permits", Integer.toString(lock.permits()),
					"is a limit, beside mode = SHARED, which has none", "Keep 'permits' or 'mode'.", null);
		}
		return LockRequest.SHARED;
	}

	private LockCondition condition(String declared, LockDefinition lock, DeclarationSite declaration) {
		return (declared.isEmpty()) ? LockCondition.ALWAYS
				: this.bypasses.telling(this.expressions.parseCondition(declared, declaration), lock);
	}

	private LockKeys keys(@Nullable String name, DistributedLock lock, DeclarationSite declaration) {
		LockKey namespace = (name != null) ? LockKey.of(name) : null;
		if (!lock.keyGenerator().isEmpty()) {
			if (!lock.key().isEmpty()) {
				throw declaration.invalid("keyGenerator", lock.keyGenerator(),
						"is a second source of the key, beside key = \"" + lock.key() + "\"",
						"Keep 'key' or 'keyGenerator'.", null);
			}
			return KeyGeneratorKeys.of(lock.keyGenerator(), namespace, this.beans, declaration);
		}
		if (!lock.key().isEmpty()) {
			return this.expressions.parse(lock.key(), namespace, declaration);
		}
		return LockKeys.constant((namespace != null) ? namespace : LockKey.of(identity(declaration.method())));
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
		return (overloaded) ? name + DeclarationSite.parameters(method, Class::getTypeName) : name;
	}

}
