package dev.distributedlock.fencing.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.Id;
import jakarta.persistence.Version;

/** As the documentation says. */
@Entity
@EntityListeners(FencedEntityListener.class)
class FencedProduct implements FencedEntity, Stocked {

	@Id
	private String sku;

	@Version
	private long version;

	private int stock;

	private long fence;

	protected FencedProduct() {
	}

	FencedProduct(String sku, int stock) {
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

	@Override
	public long getFence() {
		return this.fence;
	}

	@Override
	public void setFence(long fence) {
		this.fence = fence;
	}

}
