package dev.distributedlock.sample.demo;

import java.net.URI;
import java.util.List;

import dev.distributedlock.sample.product.StockLevel;

/**
 * What came of a race.
 *
 * @param locked whether the buyers went through the lock
 * @param purchases how many wanted to buy
 * @param bought how many were told that they had bought
 * @param refused how many were told that it was sold out
 * @param failed how many got another answer, or none
 * @param millis how long it took
 * @param instances the instances that sold
 * @param stock what the database says afterwards
 */
record Race(boolean locked, int purchases, long bought, long refused, long failed, long millis, List<URI> instances,
		StockLevel stock) {
}
