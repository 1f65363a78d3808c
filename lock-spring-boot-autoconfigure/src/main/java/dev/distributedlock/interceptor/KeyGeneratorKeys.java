package dev.distributedlock.interceptor;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockKey;
import dev.distributedlock.annotation.LockKeyGenerator;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.function.SingletonSupplier;

/**
 * The keys that a {@link LockKeyGenerator} bean makes.
 */
final class KeyGeneratorKeys implements LockKeys {

	private final String subject;

	private final Supplier<LockKeyGenerator> generator;

	private final LockKeyConversion conversion;

	private KeyGeneratorKeys(String beanName, String location, @Nullable LockKey name,
			Supplier<LockKeyGenerator> generator) {
		this.subject = "Key generator '" + beanName + "' of " + location;
		this.generator = generator;
		this.conversion = new LockKeyConversion(this.subject, name);
	}

	static KeyGeneratorKeys of(String beanName, @Nullable LockKey name, BeanFactory beans,
			DeclarationSite declaration) {
		if (!beans.containsBean(beanName)) {
			throw declaration.invalid("keyGenerator", beanName, "is the name of no bean",
					"Define a bean of that name and of the type LockKeyGenerator, or correct the name.", null);
		}
		if (!beans.isTypeMatch(beanName, LockKeyGenerator.class)) {
			throw declaration.invalid("keyGenerator", beanName,
					"is no LockKeyGenerator but a " + beans.getType(beanName),
					"Name a bean of the type LockKeyGenerator.", null);
		}
		// Made by the first call: it may need the locked bean.
		return new KeyGeneratorKeys(beanName, declaration.location(), name,
				SingletonSupplier.of(() -> beans.getBean(beanName, LockKeyGenerator.class)));
	}

	@Override
	public List<LockKey> of(MethodInvocation invocation) {
		return this.conversion.keysOf(value(invocation));
	}

	private @Nullable Object value(MethodInvocation invocation) {
		LockKeyGenerator generator = this.generator.get();
		Object target = Objects.requireNonNullElse(invocation.getThis(), invocation.getMethod().getDeclaringClass());
		try {
			return generator.generate(target, invocation.getMethod(), KotlinFunctions.arguments(invocation));
		}
		// It may throw anything; what it throws may tell arguments, its type does not.
		catch (RuntimeException ex) {
			throw new InvalidLockKeyException(this.subject + " failed: " + ex.getClass().getName(), ex);
		}
	}

}
