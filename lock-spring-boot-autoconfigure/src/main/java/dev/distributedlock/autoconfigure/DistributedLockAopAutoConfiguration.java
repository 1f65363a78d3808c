package dev.distributedlock.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.distributedlock.LockOptions;
import dev.distributedlock.LockRegistries;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockSettings;
import dev.distributedlock.LockTransactions;
import dev.distributedlock.backend.Ticker;
import dev.distributedlock.interceptor.CallTransactions;
import dev.distributedlock.interceptor.ConfiguredLocks;
import dev.distributedlock.interceptor.ConfiguredNamesReport;
import dev.distributedlock.interceptor.DistributedLockAdvisor;
import dev.distributedlock.interceptor.LockBudget;
import dev.distributedlock.interceptor.LockDeclarationCheck;
import dev.distributedlock.interceptor.LockNamingReport;
import dev.distributedlock.interceptor.LockOperationSource;
import dev.distributedlock.interceptor.LockTimesCheck;
import dev.distributedlock.interceptor.ReactiveLockTransactions;
import dev.distributedlock.interceptor.SelfInvocationReport;
import dev.distributedlock.interceptor.StoreSupportCheck;
import dev.distributedlock.interceptor.UnadvisedBeansReport;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.function.SingletonSupplier;

/**
 * Auto-configuration of the advice around methods with
 * {@link dev.distributedlock.annotation.DistributedLock}.
 * <p>
 * Its beans are made while post-processors are registered. They are static, part of the
 * infrastructure, and ask for nothing that an application could post-process.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "distributed-lock.enabled", matchIfMissing = true)
@Import(DistributedLockAopAutoConfiguration.AutoProxyCreatorRegistrar.class)
public final class DistributedLockAopAutoConfiguration {

	private static final int DEFAULT_ORDER = new DistributedLockProperties().getAop().getOrder();

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LockOperationSource lockOperationSource(Environment environment, ListableBeanFactory beans) {
		return new LockOperationSource(environment, beans, configured(beans, Binder.get(environment)));
	}

	/** Bound here: the properties are no bean yet when the first bean is proxied. */
	private static ConfiguredLocks configured(ListableBeanFactory beans, Binder binder) {
		Map<String, ConfiguredLocks.Choice> locks = new LinkedHashMap<>();
		binder.bind("distributed-lock.locks", Bindable.mapOf(String.class, LockProperties.class))
			.orElseGet(Map::of)
			.forEach((name, lock) -> locks.put(name, choice(lock)));
		LockProperties defaults = binder.bind("distributed-lock.defaults", LockProperties.class)
			.orElseGet(LockProperties::new);
		return new ConfiguredLocks(choice(defaults), locks, () -> LockRegistryFactory.backends(beans));
	}

	private static ConfiguredLocks.Choice choice(LockProperties lock) {
		return new ConfiguredLocks.Choice(lock.getOnFailure(), lock.getOnLockLost(), lock.getBackend());
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static DistributedLockAdvisor distributedLockAdvisor(LockOperationSource operations,
			ObjectProvider<LockRegistry> registry, ObjectProvider<LockRegistries> further,
			ObjectProvider<LockSettings> settings, ObjectProvider<Ticker> ticker,
			ObjectProvider<LockTransactions> transactions,
			ObjectProvider<ReactiveLockTransactions> reactiveTransactions, Environment environment) {
		int order = Binder.get(environment).bind("distributed-lock.aop.order", Integer.class).orElse(DEFAULT_ORDER);
		SingletonSupplier<Ticker> clock = SingletonSupplier.of(() -> ticker.getIfAvailable(Ticker::system));
		LockBudget budget = new LockBudget(SingletonSupplier.of(() -> orDefaults(settings)),
				() -> clock.obtain().nanos());
		CallTransactions ofCalls = new CallTransactions(
				SingletonSupplier.of(() -> transactions.getIfAvailable(() -> LockTransactions.NONE)),
				SingletonSupplier.of(() -> reactiveTransactions.getIfAvailable(() -> ReactiveLockTransactions.NONE)));
		return new DistributedLockAdvisor(operations,
				() -> routed(registry.getObject(), further.getIfAvailable(), operations), budget, ofCalls, order);
	}

	private static LockRegistry routed(LockRegistry registry, @Nullable LockRegistries further,
			LockOperationSource operations) {
		return (further != null) ? new RoutedLockRegistry(registry, further, operations::backendOf) : registry;
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LockDeclarationCheck lockDeclarationCheck(LockOperationSource operations) {
		return new LockDeclarationCheck(operations);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static StoreSupportCheck storeSupportCheck(LockOperationSource operations, ObjectProvider<LockRegistry> registry,
			ObjectProvider<LockRegistries> further) {
		return new StoreSupportCheck(operations, () -> {
			LockRegistry byDefault = registry.getIfAvailable();
			return (byDefault != null) ? routed(byDefault, further.getIfAvailable(), operations) : null;
		});
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LockNamingReport lockNamingReport(LockOperationSource operations) {
		return new LockNamingReport(operations);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ConfiguredNamesReport configuredNamesReport(LockOperationSource operations,
			ObjectProvider<LockSettings> settings) {
		return new ConfiguredNamesReport(operations,
				() -> settings.stream().flatMap((known) -> known.overrides().keySet().stream()).toList());
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static LockTimesCheck lockTimesCheck(LockOperationSource operations, ObjectProvider<LockSettings> settings) {
		return new LockTimesCheck(operations, () -> orDefaults(settings));
	}

	private static LockSettings orDefaults(ObjectProvider<LockSettings> settings) {
		return settings.getIfAvailable(() -> new LockSettings(LockOptions.NONE, Map.of()));
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static SelfInvocationReport selfInvocationReport(LockOperationSource operations) {
		return new SelfInvocationReport(operations);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static UnadvisedBeansReport unadvisedBeansReport(LockOperationSource operations,
			ConfigurableListableBeanFactory beans) {
		return new UnadvisedBeansReport(operations, beans);
	}

	/** Needed where {@code spring.aop.auto} is off; does nothing where it is on. */
	static final class AutoProxyCreatorRegistrar implements ImportBeanDefinitionRegistrar {

		@Override
		public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
			AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
		}

	}

}
