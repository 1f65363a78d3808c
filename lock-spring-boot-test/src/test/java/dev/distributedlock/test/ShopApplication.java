package dev.distributedlock.test;

import dev.distributedlock.backend.LockBackend;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * An application whose locks are in stores that tests have no access to.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({ Shop.class, ShopLedger.class, ShopController.class })
class ShopApplication {

	@Bean
	LockBackend productionStore() {
		throw new IllegalStateException("There is no such server where tests run");
	}

	@Bean(defaultCandidate = false)
	LockBackend ledgerStore() {
		throw new IllegalStateException("There is no such server where tests run, either");
	}

}
