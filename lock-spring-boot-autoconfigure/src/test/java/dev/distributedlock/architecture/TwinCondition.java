package dev.distributedlock.architecture;

import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/**
 * Asks of every type of a store or a bridge that the twin of its package below
 * {@code autoconfigure} holds an auto-configuration.
 */
final class TwinCondition extends ArchCondition<JavaClass> {

	private final String root;

	private final Pattern bridges;

	private Set<String> configured = Set.of();

	TwinCondition(String root) {
		super("be configured in the twin package");
		this.root = root;
		this.bridges = Pattern.compile(Pattern.quote(root + ".")
				+ "(observation|health|transaction|event|web|fencing\\.\\w+|actuate\\.\\w+|backend\\.(?!memory)\\w+)(\\..*)?");
	}

	@Override
	public void init(Collection<JavaClass> all) {
		this.configured = all.stream()
			.filter((type) -> type.isAnnotatedWith(AutoConfiguration.class))
			.map(JavaClass::getPackageName)
			.collect(Collectors.toSet());
	}

	@Override
	public void check(JavaClass type, ConditionEvents events) {
		var bridge = this.bridges.matcher(type.getPackageName());
		if (bridge.matches()) {
			String twin = this.root + ".autoconfigure." + bridge.group(1);
			events.add(new SimpleConditionEvent(type, this.configured.contains(twin),
					type.getName() + " needs an auto-configuration in " + twin));
		}
	}

}
