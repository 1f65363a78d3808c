package dev.distributedlock;

/**
 * The registries of an application that keeps locks in several stores: one for each bean
 * that is a store. Locks in different stores never exclude each other.
 */
@FunctionalInterface
public interface LockRegistries {

	/**
	 * Return the registry of one store.
	 * @param backend the name of the store's bean
	 * @return the registry, the same one for each call
	 * @throws IllegalArgumentException if no store has that name
	 */
	LockRegistry of(String backend);

}
