package dev.distributedlock.interceptor;

import dev.distributedlock.InvalidLockKeyException;
import dev.distributedlock.LockKey;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertyResolver;

/**
 * Reads the constants of an annotation, in which placeholders are replaced.
 */
final class DeclaredText {

	private final PropertyResolver properties;

	DeclaredText(PropertyResolver properties) {
		this.properties = properties;
	}

	@Nullable String name(String declared, DeclarationSite declaration) {
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

	String resolve(String attribute, String declared, DeclarationSite declaration) {
		try {
			return this.properties.resolveRequiredPlaceholders(declared);
		}
		catch (IllegalArgumentException ex) {
			throw declaration.invalid(attribute, declared,
					"has a placeholder that cannot be resolved: " + ex.getMessage(),
					"Set the property, or give the placeholder a default as in ${property:default}.", ex);
		}
	}

}
