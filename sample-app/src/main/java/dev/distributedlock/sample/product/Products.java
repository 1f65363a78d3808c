package dev.distributedlock.sample.product;

import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.ListCrudRepository;

/** The products. */
interface Products extends ListCrudRepository<Product, String> {

	@Modifying
	@Query("update product set stock = :stock where sku = :sku")
	void writeStock(String sku, int stock);

}
