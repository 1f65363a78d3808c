package dev.distributedlock.sample.product;

import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Products and purchases over HTTP. */
@RestController
final class ProductController {

	private final Inventory inventory;

	private final PurchaseService purchases;

	ProductController(Inventory inventory, PurchaseService purchases) {
		this.inventory = inventory;
		this.purchases = purchases;
	}

	@GetMapping("/api/products")
	List<StockLevel> products() {
		return this.inventory.levels();
	}

	@GetMapping("/api/products/{sku}")
	StockLevel product(@PathVariable String sku) {
		return this.inventory.level(sku);
	}

	@PostMapping("/api/products/{sku}/purchases")
	@ResponseStatus(HttpStatus.CREATED)
	Purchase purchase(@PathVariable String sku) {
		return this.purchases.purchase(sku);
	}

	@PostMapping("/api/unlocked/products/{sku}/purchases")
	@ResponseStatus(HttpStatus.CREATED)
	Purchase purchaseUnlocked(@PathVariable String sku) {
		return this.purchases.purchaseUnlocked(sku);
	}

	@PostMapping("/api/products/{sku}/reset")
	StockLevel reset(@PathVariable String sku) {
		return this.purchases.refill(sku);
	}

}
