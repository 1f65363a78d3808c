package dev.distributedlock.sample.order;

import java.math.BigDecimal;
import java.util.List;

import dev.distributedlock.sample.RefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Payments over HTTP. */
@RestController
final class OrderController {

	private final PaymentService payments;

	OrderController(PaymentService payments) {
		this.payments = payments;
	}

	@PostMapping("/api/orders/{id}/payment")
	Charge pay(@PathVariable String id, @RequestBody PaymentRequest request) {
		BigDecimal amount = request.amount();
		if (amount == null || amount.signum() <= 0 || amount.stripTrailingZeros().scale() > 2) {
			throw new RefusedException(HttpStatus.BAD_REQUEST, "Invalid amount",
					"'amount' must be positive, with two decimals at most, but was " + amount);
		}
		return this.payments.pay(id, amount);
	}

	@GetMapping("/api/orders/{id}/charges")
	List<Charge> charges(@PathVariable String id) {
		return this.payments.charges(id);
	}

	/**
	 * What a client asks for.
	 *
	 * @param amount how much to pay
	 */
	record PaymentRequest(@Nullable BigDecimal amount) {
	}

}
