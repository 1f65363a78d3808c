package com.example.shop;

import dev.distributedlock.annotation.LockKeyGenerator;
import dev.distributedlock.backend.memory.InMemoryLockBackend;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

@SpringBootApplication
@EnableScheduling
public class ShopApplication {

	public static void main(String[] args) {
		SpringApplication.run(ShopApplication.class, args);
	}

	/** A second store: that of the ledger's archive. */
	@Bean(defaultCandidate = false)
	InMemoryLockBackend archiveStore() {
		return new InMemoryLockBackend();
	}

	@Bean
	LockKeyGenerator byTenant() {
		return (target, method, arguments) -> "tenant-7/" + arguments[0];
	}

}
