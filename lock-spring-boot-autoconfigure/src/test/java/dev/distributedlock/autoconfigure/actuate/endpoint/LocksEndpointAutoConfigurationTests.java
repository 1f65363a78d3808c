package dev.distributedlock.autoconfigure.actuate.endpoint;

import java.util.List;
import java.util.Map;

import dev.distributedlock.LockOptions;
import dev.distributedlock.LockSettings;
import dev.distributedlock.actuate.FixedLocks;
import dev.distributedlock.actuate.endpoint.LocksEndpoint;
import dev.distributedlock.actuate.endpoint.LocksEndpointWebExtension;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LocksEndpointAutoConfiguration}.
 */
class LocksEndpointAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LocksEndpointAutoConfiguration.class))
		.withBean(FixedLocks.class);

	private final ApplicationContextRunner exposed = this.runner
		.withPropertyValues("management.endpoints.web.exposure.include=locks");

	@Test
	void exposedEndpointExists() {
		this.exposed.run((context) -> assertThat(context).hasBean("locksEndpoint")
			.hasSingleBean(LocksEndpointWebExtension.class));
	}

	@Test
	void endpointThatIsNotExposedDoesNotExist() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(LocksEndpoint.class)
			.doesNotHaveBean(LocksEndpointWebExtension.class));
	}

	@Test
	void accessSwitchesItOff() {
		this.exposed.withPropertyValues("management.endpoint.locks.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(LocksEndpoint.class));
	}

	@Test
	void userBeanWins() {
		FixedLocks locks = new FixedLocks();
		LocksEndpoint own = new LocksEndpoint(locks, locks, new LockSettings(LockOptions.NONE, Map.of()), List::of,
				null, Show.NEVER);
		this.exposed.withBean("own", LocksEndpoint.class, () -> own)
			.run((context) -> assertThat(context.getBean(LocksEndpoint.class)).isSameAs(own));
	}

	@Test
	void withoutLocksThereIsNoEndpoint() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LocksEndpointAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=locks")
			.run((context) -> assertThat(context).doesNotHaveBean(LocksEndpoint.class));
	}

}
