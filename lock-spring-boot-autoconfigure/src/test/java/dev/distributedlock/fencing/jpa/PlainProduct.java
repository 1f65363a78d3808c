package dev.distributedlock.fencing.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;

/** With a version, and not fenced. */
@Entity
class PlainProduct implements Stocked {

	@Id
	private String sku;

	@Version
	private long version;

	private int stock;

	protected PlainProduct() {
	}

	PlainProduct(String sku, int stock) {
		this.sku = sku;
		this.stock = stock;
	}

	@Override
	public int getStock() {
		return this.stock;
	}

	@Override
	public void setStock(int stock) {
		this.stock = stock;
	}

}
