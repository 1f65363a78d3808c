package com.example.shop;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.LockMode;
import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.annotation.OnLockLost;
import dev.distributedlock.annotation.ReadLock;
import dev.distributedlock.annotation.TryLock;
import dev.distributedlock.annotation.WriteLock;

import org.springframework.stereotype.Service;

/**
 * Each attribute of the annotation.
 */
@Service
public class OrderService {

	@DistributedLock(name = "orders", key = "#order.id")
	public long pay(Order order) {
		return LockContext.current().token();
	}

	@DistributedLock("vat-#{#year}")
	public long closeYear(int year) {
		return LockContext.current().token();
	}

	@DistributedLock(name = "invoices", keyGenerator = "byTenant")
	public long invoice(String number) {
		return LockContext.current().token();
	}

	@DistributedLock(name = "orders", key = "#order.id", condition = "#order.amount > 1000")
	public boolean review(Order order) {
		return LockContext.find().isPresent();
	}

	@DistributedLock(name = "orders", key = "#order.id", waitTime = "${shop.patience}")
	public void payPatiently(Order order) {
	}

	@DistributedLock(name = "orders", key = "#order.id", leaseTime = "10s")
	public void payWithShortLease(Order order, Work work) throws InterruptedException {
		work.run();
	}

	@DistributedLock(name = "orders", key = "#order.id", maxHold = "1m")
	public void payAtMostAMinute(Order order, Work work) throws InterruptedException {
		work.run();
	}

	@DistributedLock(name = "orders", key = "#order.id", waitTime = "0", onFailure = OnFailure.SKIP)
	public Optional<String> payUnlessBusy(Order order) {
		return Optional.of("paid");
	}

	@DistributedLock(name = "orders", key = "#order.id", waitTime = "0", fallback = "payTomorrow")
	public String payTodayOrTomorrow(Order order) {
		return "paid";
	}

	@SuppressWarnings("unused")
	private String payTomorrow(Order order, LockTimeoutException busy) {
		return "tomorrow";
	}

	@DistributedLock(name = "orders", key = "#order.id", waitTime = "0", handler = BusyHandler.class)
	public String payOrHandle(Order order) {
		return "paid";
	}

	@DistributedLock(name = "orders", key = "#order.id", onLockLost = OnLockLost.INTERRUPT)
	public void payUntilLost(Order order, Work work) throws InterruptedException {
		work.run();
	}

	@DistributedLock(name = "orders", key = "#order.id")
	@DistributedLock(name = "ledger")
	public List<String> book(Order order) {
		return LockContext.leases().stream().map((lease) -> lease.key().value()).toList();
	}

	@DistributedLock(name = "orders", key = "{#from.id, #to.id}")
	public List<String> merge(Order from, Order to) {
		return LockContext.leases().stream().map((lease) -> lease.key().value()).toList();
	}

	@DistributedLock(name = "orders", key = "#order.id")
	public CompletableFuture<String> payLater(Order order, CompletableFuture<String> gateway) {
		return gateway;
	}

	@DistributedLock(name = "orders", key = "#order.id", mode = LockMode.SHARED, waitTime = "0")
	public void print(Order order, Work work) throws InterruptedException {
		work.run();
	}

	@ReadLock(name = "orders", key = "#order.id", waitTime = "0")
	public void read(Order order, Work work) throws InterruptedException {
		work.run();
	}

	@WriteLock(name = "orders", key = "#order.id", waitTime = "0")
	public void write(Order order, Work work) throws InterruptedException {
		work.run();
	}

	@DistributedLock(name = "desks", permits = 3)
	public void advise(Order order) {
	}

	@DistributedLock(name = "queue", fair = true)
	public long queueUp(Order order) {
		return LockContext.current().token();
	}

	@TryLock(name = "orders", key = "#order.id")
	public Optional<String> tryPay(Order order) {
		return Optional.of("paid");
	}

	@OrderLock
	public long payByOwnAnnotation(Order order) {
		return LockContext.current().token();
	}

}
