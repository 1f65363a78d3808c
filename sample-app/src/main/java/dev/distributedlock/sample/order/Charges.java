package dev.distributedlock.sample.order;

import java.util.List;

import org.springframework.data.repository.ListCrudRepository;

/** The charges. */
interface Charges extends ListCrudRepository<Charge, Long> {

	List<Charge> findByOrderIdOrderById(String orderId);

}
