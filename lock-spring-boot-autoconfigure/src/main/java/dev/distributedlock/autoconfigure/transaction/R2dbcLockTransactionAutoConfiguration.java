package dev.distributedlock.autoconfigure.transaction;

import dev.distributedlock.transaction.R2dbcCommitCheckRegistration;
import dev.distributedlock.transaction.ToleratedLosses;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;

/**
 * {@link AutoConfiguration Auto-configuration} for locks and the transactions of R2DBC.
 */
@AutoConfiguration(afterName = "dev.distributedlock.autoconfigure.transaction.LockTransactionAutoConfiguration")
@ConditionalOnClass(R2dbcTransactionManager.class)
@ConditionalOnBean(ToleratedLosses.class)
public final class R2dbcLockTransactionAutoConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnBooleanProperty(name = "distributed-lock.transaction.check-before-commit", matchIfMissing = true)
	static R2dbcCommitCheckRegistration r2dbcLockCommitCheckRegistration(ObjectProvider<ToleratedLosses> tolerated) {
		return new R2dbcCommitCheckRegistration(tolerated::getObject);
	}

}
