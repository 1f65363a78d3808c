package dev.distributedlock.fencing.jpa;

/** What all products of the tests have. */
interface Stocked {

	int getStock();

	void setStock(int stock);

}
