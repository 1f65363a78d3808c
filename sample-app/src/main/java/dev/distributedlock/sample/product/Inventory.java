package dev.distributedlock.sample.product;

import java.time.Instant;
import java.util.List;

import dev.distributedlock.StaleTokenException;
import dev.distributedlock.fencing.FencingToken;
import dev.distributedlock.fencing.jdbc.JdbcFencingGuard;
import dev.distributedlock.sample.RefusedException;
import dev.distributedlock.sample.ShopProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The stock in the database, in short transactions. Those of a holder of the lock begin
 * with its fencing token: when a later holder has begun, the database refuses this one,
 * whatever it believes about its lock.
 */
@Service
public class Inventory {

	private final Products products;

	private final Sales sales;

	private final JdbcFencingGuard guard;

	private final String instance;

	Inventory(Products products, Sales sales, JdbcFencingGuard guard, ShopProperties properties) {
		this.products = products;
		this.sales = sales;
		this.guard = guard;
		this.instance = properties.instance();
	}

	/**
	 * Return how many of a product are left. From then on no earlier holder can change
	 * that.
	 * @param sku the product
	 * @param token the fencing token of the seller, {@code null} if it has no lock
	 * @return the number, more than zero
	 * @throws RefusedException if it is sold out or unknown
	 * @throws StaleTokenException if a later holder of the lock has begun
	 */
	@Transactional
	public int available(String sku, @Nullable FencingToken token) {
		fence(token);
		Product product = find(sku);
		if (product.stock() <= 0) {
			throw new RefusedException(HttpStatus.CONFLICT, "Sold out",
					"'" + sku + "' is sold out: all " + product.initialStock() + " are gone");
		}
		return product.stock();
	}

	/**
	 * Write what is left after a sale, and the sale.
	 * @param sku the product
	 * @param left how many are left
	 * @param token the fencing token of the seller, {@code null} if it has no lock
	 * @return the sale
	 * @throws StaleTokenException if a later holder of the lock has begun; nothing is
	 * written then
	 */
	@Transactional
	public Sale sell(String sku, int left, @Nullable FencingToken token) {
		fence(token);
		this.products.writeStock(sku, left);
		return this.sales
			.save(new Sale(null, sku, this.instance, (token != null) ? token.value() : null, Instant.now()));
	}

	/**
	 * Fill the stock again and forget the sales.
	 * @param sku the product
	 * @param token the fencing token of the caller
	 * @return the stock
	 */
	@Transactional
	public StockLevel refill(String sku, FencingToken token) {
		fence(token);
		this.products.writeStock(sku, find(sku).initialStock());
		this.sales.deleteAllOf(sku);
		return level(sku);
	}

	/**
	 * Return the stock of a product.
	 * @param sku the product
	 * @return the stock
	 */
	@Transactional(readOnly = true)
	public StockLevel level(String sku) {
		return StockLevel.of(find(sku), this.sales.countBySku(sku));
	}

	/**
	 * Return the stock of all products.
	 * @return the stock, by product
	 */
	@Transactional(readOnly = true)
	public List<StockLevel> levels() {
		return this.products.findAll()
			.stream()
			.map((product) -> StockLevel.of(product, this.sales.countBySku(product.sku())))
			.toList();
	}

	private Product find(String sku) {
		return this.products.findById(sku)
			.orElseThrow(() -> new RefusedException(HttpStatus.NOT_FOUND, "Unknown product",
					"There is no product '" + sku + "'"));
	}

	private void fence(@Nullable FencingToken token) {
		if (token != null) {
			this.guard.check(token);
		}
	}

}
