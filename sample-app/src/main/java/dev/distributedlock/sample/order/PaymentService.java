package dev.distributedlock.sample.order;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.sample.RefusedException;
import dev.distributedlock.sample.ShopProperties;
import dev.distributedlock.sample.Work;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/**
 * Charges orders. Looking whether an order is paid and charging it is one step under the
 * lock, so that a retried or doubled request finds the first charge.
 */
@Service
public class PaymentService {

	private final ChargeBook charges;

	private final Work work;

	private final String instance;

	PaymentService(ChargeBook charges, Work work, ShopProperties properties) {
		this.charges = charges;
		this.work = work;
		this.instance = properties.instance();
	}

	/**
	 * Charge an order, unless it is charged already.
	 * @param id the order
	 * @param amount how much
	 * @return the only charge of the order
	 * @throws RefusedException if the order was charged with another amount
	 */
	@DistributedLock(name = "payment", key = "#id")
	public Charge pay(String id, BigDecimal amount) {
		Optional<Charge> earlier = this.charges.look(id);
		if (earlier.isEmpty()) {
			this.work.perform();
			return this.charges.write(new Charge(null, id, amount, this.instance, Instant.now()));
		}
		Charge charge = earlier.get();
		if (charge.amount().compareTo(amount) != 0) {
			throw new RefusedException(HttpStatus.CONFLICT, "Already paid",
					"Order '" + id + "' was charged with " + charge.amount() + ", not " + amount);
		}
		return charge;
	}

	/**
	 * Return the charges of an order.
	 * @param id the order
	 * @return the charges, one at most
	 */
	public List<Charge> charges(String id) {
		return this.charges.all(id);
	}

}
