package dev.distributedlock.sample.product;

import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.fencing.FencingToken;
import dev.distributedlock.sample.Work;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Service;

/**
 * Sells. The lock is taken before the stock is read and given back after the sale is
 * committed; waiting buyers hold no database connection.
 */
@Service
public class PurchaseService {

	private final Inventory inventory;

	private final Work work;

	PurchaseService(Inventory inventory, Work work) {
		this.inventory = inventory;
		this.work = work;
	}

	/**
	 * Sell one, one buyer after another on all instances.
	 * @param sku the product
	 * @return the purchase
	 */
	@DistributedLock(name = "stock", key = "#sku")
	public Purchase purchase(String sku) {
		return sell(sku, FencingToken.current());
	}

	/**
	 * Sell one as shops do that have not heard of concurrency.
	 * @param sku the product
	 * @return the purchase
	 */
	public Purchase purchaseUnlocked(String sku) {
		return sell(sku, null);
	}

	/**
	 * Fill the stock. The same name and key as for {@link #purchase}, so that the two
	 * exclude each other.
	 * @param sku the product
	 * @return the stock
	 */
	@DistributedLock(name = "stock", key = "#sku")
	public StockLevel refill(String sku) {
		return this.inventory.refill(sku, FencingToken.current());
	}

	private Purchase sell(String sku, @Nullable FencingToken token) {
		int left = this.inventory.available(sku, token) - 1;
		this.work.perform();
		Sale sale = this.inventory.sell(sku, left, token);
		return new Purchase(sku, left, sale.instance(), sale.token());
	}

}
