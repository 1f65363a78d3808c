package dev.distributedlock.sample.demo;

import java.time.Duration;
import java.util.Map;

import dev.distributedlock.LockLease;
import dev.distributedlock.LockLostException;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.StaleTokenException;
import dev.distributedlock.fencing.FencingToken;
import dev.distributedlock.sample.RefusedException;
import dev.distributedlock.sample.ShopProperties;
import dev.distributedlock.sample.Work;
import dev.distributedlock.sample.product.Inventory;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.annotation.DurationFormat.Style;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * <strong>Demo only.</strong> A purchase that holds the lock for as long as the caller
 * says, to watch what happens meanwhile: kill this instance and see another one take
 * over; stop Redis or pause this process and see the lease being lost and the late write
 * being refused by its fencing token.
 * <p>
 * It also shows the lock without the annotation. Unlike decent code it does not call
 * {@link LockLease#ensureValid()} before it writes: it plays the holder that was paused
 * at the worst moment, which only fencing can stop.
 */
@RestController
@ConditionalOnBooleanProperty(name = "distributed-lock.enabled", matchIfMissing = true)
final class SlowPurchaseController {

	private static final Duration LONGEST = Duration.ofMinutes(2);

	private final LockRegistry locks;

	private final Inventory inventory;

	private final Work work;

	private final String instance;

	SlowPurchaseController(LockRegistry locks, Inventory inventory, Work work, ShopProperties properties) {
		this.locks = locks;
		this.inventory = inventory;
		this.work = work;
		this.instance = properties.instance();
	}

	@PostMapping(path = "/api/products/{sku}/purchases", params = "holdFor")
	SlowPurchase purchase(@PathVariable String sku,
			@RequestParam @DurationFormat(style = Style.SIMPLE) Duration holdFor) {
		if (holdFor.isNegative() || holdFor.compareTo(LONGEST) > 0) {
			throw new RefusedException(HttpStatus.BAD_REQUEST, "Invalid hold",
					"'holdFor' must be between 0s and " + LONGEST + " but was " + holdFor);
		}
		// The name and key of PurchaseService.purchase, so the same lock.
		LockLease lease = this.locks.acquire(LockRequest.of("stock", sku));
		SlowPurchase purchase;
		try (lease) {
			purchase = sell(sku, holdFor, lease);
		}
		catch (LockLostException ex) {
			throw lost(sku, lease, "the write was accepted, since nobody with a larger token had begun yet", ex);
		}
		catch (StaleTokenException ex) {
			throw lost(sku, lease, "nothing was written. " + ex.getMessage(), ex);
		}
		return purchase;
	}

	private SlowPurchase sell(String sku, Duration holdFor, LockLease lease) {
		FencingToken token = FencingToken.of(lease);
		int left = this.inventory.available(sku, token) - 1;
		this.work.perform(holdFor);
		this.inventory.sell(sku, left, token);
		return new SlowPurchase(sku, left, this.instance, lease.token(), holdFor);
	}

	private RefusedException lost(String sku, LockLease lease, String outcome, Exception cause) {
		RefusedException refused = new RefusedException(HttpStatus.CONFLICT, "Lock lost",
				"The lock of '" + sku + "' was lost while it was held; " + outcome, cause);
		Map.of("seller", this.instance, "token", lease.token(), "leaseLost", true)
			.forEach((name, value) -> refused.getBody().setProperty(name, value));
		return refused;
	}

	/**
	 * The answer to a slow buyer whose seller held the lock all the time.
	 *
	 * @param sku what was bought
	 * @param left how many were left then
	 * @param instance the instance that sold it
	 * @param token the fencing token
	 * @param held for how long the lock was held
	 */
	record SlowPurchase(String sku, int left, String instance, long token, Duration held) {
	}

}
