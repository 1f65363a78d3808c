package dev.distributedlock.autoconfigure.transaction;

import dev.distributedlock.interceptor.ReactiveLockTransactions;
import dev.distributedlock.transaction.SpringReactiveLockTransactions;
import dev.distributedlock.transaction.ToleratedLosses;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;

/**
 * {@link AutoConfiguration Auto-configuration} for locks and the transactions of
 * subscriptions.
 */
@AutoConfiguration(afterName = "dev.distributedlock.autoconfigure.transaction.LockTransactionAutoConfiguration")
@ConditionalOnClass({ TransactionSynchronizationManager.class, Mono.class })
@ConditionalOnBean(ToleratedLosses.class)
public final class ReactiveLockTransactionAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(ReactiveLockTransactions.class)
	SpringReactiveLockTransactions reactiveLockTransactions(LockTransactionProperties properties,
			ToleratedLosses tolerated) {
		return new SpringReactiveLockTransactions(properties.getActiveTransaction(), tolerated);
	}

}
