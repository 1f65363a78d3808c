package dev.distributedlock.test;

import dev.distributedlock.annotation.DistributedLock;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * A locked method of the web layer, which a slice can test.
 */
@RestController
class ShopController {

	@PostMapping("/orders/{id}")
	@DistributedLock(name = "web", key = "#id", fallback = "busy")
	public String pay(@PathVariable String id) {
		return "paid";
	}

	String busy(String id) {
		return "busy";
	}

}
