package dev.distributedlock.fencing.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.Id;

/** Fenced without a version: what the check at start-up is for. */
@Entity
@EntityListeners(FencedEntityListener.class)
class VersionlessProduct implements FencedEntity, Stocked {

	@Id
	private String sku;

	private int stock;

	private long fence;

	protected VersionlessProduct() {
	}

	VersionlessProduct(String sku, int stock) {
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
