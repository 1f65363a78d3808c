package dev.distributedlock.autoconfigure.fencing.jpa;

import dev.distributedlock.fencing.jpa.FencedEntity;
import dev.distributedlock.fencing.jpa.FencedEntityListener;
import dev.distributedlock.fencing.jpa.UnfencedEntityException;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;

import static org.assertj.core.api.Assertions.assertThat;

class FencedEntityAutoConfigurationTests {

	private final ApplicationContextRunner contexts = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FencedEntityAutoConfiguration.class));

	@Test
	void entityThatWouldNotBeFencedStopsTheStart() {
		this.contexts.withUserConfiguration(Unit.class).run((context) -> {
			assertThat(context).getFailure().isInstanceOf(UnfencedEntityException.class);
			FailureAnalysis analysis = new UnfencedEntityFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains(Versionless.class.getName(), "has no @Version");
			assertThat(analysis.getAction()).contains("Add a @Version attribute to Versionless");
		});
	}

	@Test
	void withoutPersistenceNothingIsChecked() {
		this.contexts.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("fencedEntityCheck"));
		this.contexts.withClassLoader(new FilteredClassLoader(EntityManagerFactory.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("fencedEntityCheck"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Unit {

		@Bean
		LocalContainerEntityManagerFactoryBean unit() {
			LocalContainerEntityManagerFactoryBean unit = new LocalContainerEntityManagerFactoryBean();
			unit.setDataSource(new DriverManagerDataSource("jdbc:h2:mem:unfenced", "sa", ""));
			unit.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
			unit.setManagedTypes(PersistenceManagedTypes.of(Versionless.class.getName()));
			return unit;
		}

	}

	@Entity
	@EntityListeners(FencedEntityListener.class)
	static class Versionless implements FencedEntity {

		@Id
		private long id;

		private long fence;

		long getId() {
			return this.id;
		}

		@Override
		public long getFence() {
			return this.fence;
		}

		@Override
		public void setFence(long fence) {
			this.fence = fence;
		}

	}

}
