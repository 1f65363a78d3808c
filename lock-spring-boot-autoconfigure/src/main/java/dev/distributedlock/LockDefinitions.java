package dev.distributedlock;

import java.util.Collection;

/**
 * The locks that are declared in the application.
 */
@FunctionalInterface
public interface LockDefinitions {

	/**
	 * Return the declared locks known so far.
	 * @return the definitions
	 */
	Collection<LockDefinition> all();

}
