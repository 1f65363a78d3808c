package dev.distributedlock.autoconfigure.observation;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockDefinitions;
import dev.distributedlock.LockSettings;

import org.springframework.beans.factory.ObjectProvider;

/**
 * The names of the locks that are declared in code or configured by name. Looks the beans
 * up when asked, since meters are created before the beans that declare locks.
 */
final class DeclaredLockNames implements Supplier<Set<String>> {

	private final ObjectProvider<LockDefinitions> definitions;

	private final ObjectProvider<LockSettings> settings;

	DeclaredLockNames(ObjectProvider<LockDefinitions> definitions, ObjectProvider<LockSettings> settings) {
		this.definitions = definitions;
		this.settings = settings;
	}

	@Override
	public Set<String> get() {
		Set<String> names = new TreeSet<>();
		this.definitions.stream()
			.flatMap((definitions) -> definitions.all().stream())
			.map(LockDefinition::name)
			.forEach(names::add);
		this.settings.ifAvailable((settings) -> names.addAll(settings.overrides().keySet()));
		return names;
	}

}
