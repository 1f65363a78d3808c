package dev.distributedlock.autoconfigure;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import dev.distributedlock.LockListener;
import dev.distributedlock.LockRegistries;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockSettings;
import dev.distributedlock.backend.LockBackend;
import dev.distributedlock.backend.Ticker;
import dev.distributedlock.core.DefaultLockRegistry;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;

/**
 * Makes registries, all with the same options: that of the default store, and those of
 * further stores when they are asked for first.
 */
final class LockRegistryFactory implements LockRegistries {

	private final DistributedLockProperties properties;

	private final LockSettings settings;

	private final ObjectProvider<LockListener> listeners;

	private final ObjectProvider<Ticker> ticker;

	private final Environment environment;

	private final ListableBeanFactory beans;

	private final Map<String, DefaultLockRegistry> further = new ConcurrentHashMap<>();

	LockRegistryFactory(DistributedLockProperties properties, LockSettings settings,
			ObjectProvider<LockListener> listeners, ObjectProvider<Ticker> ticker, Environment environment,
			ListableBeanFactory beans) {
		this.properties = properties;
		this.settings = settings;
		this.listeners = listeners;
		this.ticker = ticker;
		this.environment = environment;
		this.beans = beans;
	}

	/** The names of all stores, without making one. */
	static Set<String> backends(ListableBeanFactory beans) {
		return Set.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, LockBackend.class, true, false));
	}

	DefaultLockRegistry create(LockBackend backend) {
		DistributedLockProperties.HandOver handOver = this.properties.getHandOver();
		DefaultLockRegistry.Builder builder = DefaultLockRegistry.builder(backend)
			.settings(this.settings)
			.ticker(this.ticker.getIfAvailable(Ticker::system))
			.instance(InstanceName.of(this.properties, this.environment))
			.commandTimeout(this.properties.getCommandTimeout())
			.shutdownTimeout(this.properties.getShutdownTimeout())
			.handOver(handOver.getMaxPasses(), handOver.getMaxTime())
			.keepFor(handOver.getKeepFor())
			.barging(handOver.isBarging())
			.asynchronousRelease(this.properties.getRelease().isAsynchronous());
		this.listeners.orderedStream().forEach(builder::listener);
		return builder.build();
	}

	@Override
	public LockRegistry of(String backend) {
		// Each call of a lock in a further store comes by: names are listed once.
		LockRegistry made = this.further.get(backend);
		return (made != null) ? made : make(backend);
	}

	private LockRegistry make(String backend) {
		Set<String> known = backends(this.beans);
		if (!known.contains(backend)) {
			throw new IllegalArgumentException(
					"'" + backend + "' is the name of no store; there are " + new TreeSet<>(known));
		}
		return this.further.computeIfAbsent(backend, (name) -> create(this.beans.getBean(name, LockBackend.class)));
	}

	/** Close the registries of further stores. */
	void close() {
		this.further.values().forEach(DefaultLockRegistry::close);
	}

}
