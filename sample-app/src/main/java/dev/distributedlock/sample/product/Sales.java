package dev.distributedlock.sample.product;

import org.springframework.data.jdbc.repository.query.Modifying;
import org.springframework.data.jdbc.repository.query.Query;
import org.springframework.data.repository.ListCrudRepository;

/** The sales. */
interface Sales extends ListCrudRepository<Sale, Long> {

	int countBySku(String sku);

	@Modifying
	@Query("delete from sale where sku = :sku")
	int deleteAllOf(String sku);

}
