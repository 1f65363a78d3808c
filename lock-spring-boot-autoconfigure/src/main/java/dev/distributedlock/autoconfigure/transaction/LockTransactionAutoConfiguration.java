package dev.distributedlock.autoconfigure.transaction;

import dev.distributedlock.LockDefinitions;
import dev.distributedlock.LockTransactions;
import dev.distributedlock.interceptor.DistributedLockAdvisor;
import dev.distributedlock.transaction.CommitCheckRegistration;
import dev.distributedlock.transaction.SpringLockTransactions;
import dev.distributedlock.transaction.ToleratedLosses;
import dev.distributedlock.transaction.TransactionOrderReport;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.transaction.interceptor.BeanFactoryTransactionAttributeSourceAdvisor;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * {@link AutoConfiguration Auto-configuration} for locks and the transactions of threads.
 */
@AutoConfiguration(beforeName = "dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration")
@ConditionalOnClass({ TransactionSynchronizationManager.class, BeanFactoryTransactionAttributeSourceAdvisor.class })
@ConditionalOnBooleanProperty(name = "distributed-lock.enabled", matchIfMissing = true)
@EnableConfigurationProperties(LockTransactionProperties.class)
public final class LockTransactionAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static ToleratedLosses toleratedLockLosses(Environment environment) {
		boolean check = Binder.get(environment)
			.bind("distributed-lock.transaction.check-before-commit", Boolean.class)
			.orElse(true);
		return new ToleratedLosses(!check);
	}

	@Bean
	@ConditionalOnMissingBean(LockTransactions.class)
	SpringLockTransactions lockTransactions(LockTransactionProperties properties, ToleratedLosses tolerated) {
		return new SpringLockTransactions(properties.getActiveTransaction(), tolerated);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnBooleanProperty(name = "distributed-lock.transaction.check-before-commit", matchIfMissing = true)
	static CommitCheckRegistration lockCommitCheckRegistration(ObjectProvider<ToleratedLosses> tolerated) {
		return new CommitCheckRegistration(tolerated::getObject);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static TransactionOrderReport lockTransactionOrderReport(ObjectProvider<LockDefinitions> locks,
			ObjectProvider<DistributedLockAdvisor> advisor,
			ObjectProvider<BeanFactoryTransactionAttributeSourceAdvisor> transactions) {
		return new TransactionOrderReport(locks::stream, advisor::stream, transactions::stream);
	}

}
