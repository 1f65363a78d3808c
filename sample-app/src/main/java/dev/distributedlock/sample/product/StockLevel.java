package dev.distributedlock.sample.product;

/**
 * The stock of a product and what the sales say about it.
 *
 * @param sku the product
 * @param name its name
 * @param initialStock how many there were
 * @param remaining how many are left, as written by the last purchase
 * @param sold how many sales there are
 * @param oversold how many sales there are that the initial stock cannot serve
 * @param lostUpdates how many sales the written stock does not know of
 */
public record StockLevel(String sku, String name, int initialStock, int remaining, int sold, int oversold,
		int lostUpdates) {

	static StockLevel of(Product product, int sold) {
		int initial = product.initialStock();
		return new StockLevel(product.sku(), product.name(), initial, product.stock(), sold,
				Math.max(0, sold - initial), Math.max(0, sold - (initial - product.stock())));
	}

}
