package dev.distributedlock.sample.product;

import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.ListCrudRepository;

/** The products. */
interface Products extends ListCrudRepository<Product, String> {

	/**
	 * Write the stock unless a later holder of the lock has written it. The comparison
	 * and the write are one statement, so a holder that lost the lock cannot slip in
	 * between.
	 * @param sku the product
	 * @param stock how many are left
	 * @param token the fencing token of the writer
	 * @return whether it was written
	 */
	@Modifying
	@Query("update product set stock = :stock, fence = :token where sku = :sku and fence <= :token")
	boolean writeStock(String sku, int stock, long token);

	/**
	 * Write the stock, whoever else has written it.
	 * @param sku the product
	 * @param stock how many are left
	 * @return whether there is such a product
	 */
	@Modifying
	@Query("update product set stock = :stock where sku = :sku")
	boolean writeStockUnfenced(String sku, int stock);

}
