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

	/**
	 * Return which store the locks of a name are declared to be kept in.
	 * @param name the name of a lock
	 * @return the name of the store's bean, empty for the default store
	 */
	default String backendOf(String name) {
		return "";
	}

}
