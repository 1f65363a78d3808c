package dev.distributedlock.autoconfigure.web;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.distributedlock.LockBackendException;
import dev.distributedlock.LockException;
import dev.distributedlock.LockHolder;
import dev.distributedlock.LockInterruptedException;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockShutdownException;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.StaleTokenException;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A controller that fails in whatever way the client asks for. */
@RestController
class FailingShop {

	private static final LockHolder HOLDER = new LockHolder("other", 7, Duration.ofSeconds(12), Duration.ofSeconds(27));

	@GetMapping("/fail/{how}")
	String fail(@PathVariable String how) {
		throw failure(how);
	}

	@GetMapping("/later/{how}")
	CompletableFuture<String> failLater(@PathVariable String how) {
		return CompletableFuture.failedFuture(new CompletionException(failure(how)));
	}

	private static LockException failure(String how) {
		return switch (how) {
			case "busy" -> new LockTimeoutException("Lock 'stock:secret' not acquired within 2.5s", "stock",
					Duration.ofMillis(2500), HOLDER);
			case "stale-token" -> new StaleTokenException("Write under 'stock:secret' refused", "stock", 7, 8L);
			case "interrupted" -> new LockInterruptedException("Interrupted, 'stock:secret'", null, "stock");
			case "shutting-down" -> new LockShutdownException("The registry of 'shop' is closed");
			case "store-unavailable" -> new LockBackendException("'stock:secret': no answer", null, true, "stock");
			case "lock-lost" -> new LockLostException("Lock 'stock:secret' was lost", null, "stock");
			default -> throw new IllegalArgumentException(how);
		};
	}

}
