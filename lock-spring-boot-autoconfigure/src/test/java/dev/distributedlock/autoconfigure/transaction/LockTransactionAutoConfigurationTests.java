package dev.distributedlock.autoconfigure.transaction;

import dev.distributedlock.LockOperations;
import dev.distributedlock.LockRequest;
import dev.distributedlock.LockTransactions;
import dev.distributedlock.autoconfigure.DistributedLockAopAutoConfiguration;
import dev.distributedlock.autoconfigure.DistributedLockAutoConfiguration;
import dev.distributedlock.autoconfigure.backend.memory.DisabledLocksAutoConfiguration;
import dev.distributedlock.autoconfigure.backend.memory.InMemoryLockBackendAutoConfiguration;
import dev.distributedlock.interceptor.ReactiveLockTransactions;
import dev.distributedlock.transaction.ActiveTransaction;
import dev.distributedlock.transaction.CommitCheckRegistration;
import dev.distributedlock.transaction.R2dbcCommitCheckRegistration;
import dev.distributedlock.transaction.SpringLockTransactions;
import dev.distributedlock.transaction.SpringReactiveLockTransactions;
import dev.distributedlock.transaction.TransactionOrderReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.interceptor.BeanFactoryTransactionAttributeSourceAdvisor;
import org.springframework.transaction.support.SimpleTransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LockTransactionAutoConfiguration} and those beside it.
 */
@ExtendWith(OutputCaptureExtension.class)
class LockTransactionAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withPropertyValues("distributed-lock.backend=in-memory")
		.withConfiguration(AutoConfigurations.of(LockTransactionAutoConfiguration.class,
				ReactiveLockTransactionAutoConfiguration.class, R2dbcLockTransactionAutoConfiguration.class,
				DistributedLockAutoConfiguration.class, DistributedLockAopAutoConfiguration.class,
				InMemoryLockBackendAutoConfiguration.class, AopAutoConfiguration.class));

	@Test
	void areListedForBoot() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader())).contains(
				LockTransactionAutoConfiguration.class.getName(),
				ReactiveLockTransactionAutoConfiguration.class.getName(),
				R2dbcLockTransactionAutoConfiguration.class.getName());
	}

	@Test
	void everythingIsThereByDefault() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(SpringLockTransactions.class)
				.hasSingleBean(SpringReactiveLockTransactions.class)
				.hasSingleBean(CommitCheckRegistration.class)
				.hasSingleBean(R2dbcCommitCheckRegistration.class)
				.hasSingleBean(TransactionOrderReport.class);
			assertThat(context.getBean(LockTransactionProperties.class).getActiveTransaction())
				.isEqualTo(ActiveTransaction.RELEASE_AFTER_COMPLETION);
		});
	}

	@Test
	void beansOfTheUserWin() {
		this.runner.withBean(LockTransactions.class, () -> LockTransactions.NONE)
			.withBean(ReactiveLockTransactions.class, () -> ReactiveLockTransactions.NONE)
			.run((context) -> {
				assertThat(context).doesNotHaveBean(SpringLockTransactions.class)
					.doesNotHaveBean(SpringReactiveLockTransactions.class);
				assertThat(context.getBean(LockTransactions.class)).isSameAs(LockTransactions.NONE);
			});
	}

	@Test
	void checkBeforeCommitCanBeSwitchedOff() {
		this.runner.withPropertyValues("distributed-lock.transaction.check-before-commit=false")
			.run((context) -> assertThat(context).hasSingleBean(SpringLockTransactions.class)
				.doesNotHaveBean(CommitCheckRegistration.class)
				.doesNotHaveBean(R2dbcCommitCheckRegistration.class));
	}

	@Test
	void nothingIsThereWhereLocksAreOff() {
		this.runner.withPropertyValues("distributed-lock.enabled=false")
			.withConfiguration(AutoConfigurations.of(DisabledLocksAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(LockTransactions.class)
				.doesNotHaveBean(ReactiveLockTransactions.class)
				.doesNotHaveBean(R2dbcCommitCheckRegistration.class));
	}

	@Test
	void locksWorkWithoutTransactionsOnTheClassPath() {
		this.runner
			.withClassLoader(new FilteredClassLoader("org.springframework.transaction", "org.springframework.r2dbc"))
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(LockTransactionProperties.class);
				assertThat(context.getBeanNamesForType(LockTransactions.class)).isEmpty();
				assertThat(context.getBean(LockOperations.class)
					.<String, RuntimeException>execute(LockRequest.of("orders"), (lease) -> "done")).isEqualTo("done");
			});
	}

	@Test
	void reactiveTransactionsNeedReactor() {
		this.runner.withClassLoader(new FilteredClassLoader(Mono.class, R2dbcTransactionManager.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(SpringLockTransactions.class)
				.doesNotHaveBean(SpringReactiveLockTransactions.class)
				.doesNotHaveBean(R2dbcCommitCheckRegistration.class));
	}

	@Test
	void managersThatCannotBeCheckedAreNamed(CapturedOutput output) {
		this.runner.withBean("ownTransactions", OwnTransactionManager.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(output).contains("Transactions of 'ownTransactions' are not checked for lost locks");
		});
	}

	@Test
	void orderIsNotReportedWhereNothingIsLocked(CapturedOutput output) {
		this.runner.withBean(BeanFactoryTransactionAttributeSourceAdvisor.class, () -> {
			BeanFactoryTransactionAttributeSourceAdvisor advisor = new BeanFactoryTransactionAttributeSourceAdvisor();
			advisor.setOrder(0);
			return advisor;
		}).run((context) -> assertThat(output).doesNotContain("begins before its lock is taken"));
	}

	static class OwnTransactionManager implements PlatformTransactionManager {

		@Override
		public TransactionStatus getTransaction(TransactionDefinition definition) {
			return new SimpleTransactionStatus();
		}

		@Override
		public void commit(TransactionStatus status) {
		}

		@Override
		public void rollback(TransactionStatus status) {
		}

	}

}
