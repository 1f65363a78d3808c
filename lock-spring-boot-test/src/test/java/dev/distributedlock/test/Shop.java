package dev.distributedlock.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.OnLockLost;
import dev.distributedlock.annotation.TryLock;
import reactor.core.publisher.Mono;

/**
 * What applications do with locks, right and wrong.
 */
class Shop {

	private final List<String> paid = new ArrayList<>();

	/** The mistake: two callers may be in here. */
	void payUnlocked(String order) {
		this.paid.add(order);
	}

	@DistributedLock(name = "orders", key = "#order")
	public int pay(String order) {
		this.paid.add(order);
		return this.paid.size();
	}

	/** The mistake: each call has a lock of its own. */
	@DistributedLock(name = "calls", key = "#call")
	public void payByCall(String order, int call) {
		this.paid.add(order);
	}

	@TryLock(name = "orders", key = "#order")
	public Optional<String> tryPay(String order) {
		return Optional.of(order);
	}

	@DistributedLock(name = "orders", key = "#order")
	public CompletableFuture<String> payLater(String order) {
		return CompletableFuture.supplyAsync(() -> order);
	}

	@DistributedLock(name = "orders", key = "#order")
	public Mono<String> payReactively(String order) {
		return Mono.fromSupplier(() -> order);
	}

	@DistributedLock(name = "orders", key = "#order")
	public void payWhile(String order, CountDownLatch inside, CountDownLatch end) throws InterruptedException {
		inside.countDown();
		end.await();
	}

	@DistributedLock(name = "orders", key = "#order", onLockLost = OnLockLost.INTERRUPT)
	public void payUntilInterrupted(String order, CountDownLatch inside) throws InterruptedException {
		inside.countDown();
		new CountDownLatch(1).await();
	}

	@DistributedLock(name = "orders", key = "#order", leaseTime = "10s")
	public void payDuring(String order, Runnable meanwhile) {
		meanwhile.run();
	}

}
