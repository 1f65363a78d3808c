package dev.distributedlock.sample.order;

import java.util.List;
import java.util.Optional;

import dev.distributedlock.fencing.jdbc.JdbcFencingGuard;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The charges in the database. Who charges comes with the fencing token of its lock at
 * each step: once a later holder has looked, an earlier one cannot charge any more.
 */
@Service
class ChargeBook {

	private final Charges charges;

	private final JdbcFencingGuard guard;

	ChargeBook(Charges charges, JdbcFencingGuard guard) {
		this.charges = charges;
		this.guard = guard;
	}

	/** Look whether an order is charged, under its lock. */
	@Transactional
	public Optional<Charge> look(String orderId) {
		this.guard.check();
		return all(orderId).stream().findFirst();
	}

	/** Write a charge, under the lock of its order. */
	@Transactional
	public Charge write(Charge charge) {
		this.guard.check();
		return this.charges.save(charge);
	}

	/** Return the charges of an order, lock or not. */
	public List<Charge> all(String orderId) {
		return this.charges.findByOrderIdOrderById(orderId);
	}

}
