package com.example.shop;

import java.util.List;

import dev.distributedlock.LockContext;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.NoLock;
import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.annotation.ScheduledLock;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/**
 * A lock on a type, and what takes it away.
 */
@Service
@DistributedLock(name = "ledger")
public class Ledger {

	private int closings;

	public boolean book() {
		return LockContext.find().isPresent();
	}

	@NoLock
	public boolean read() {
		return LockContext.find().isPresent();
	}

	@Scheduled(cron = "0 0 3 * * *")
	@ScheduledLock(name = "nightly-closing")
	public void close() {
		this.closings++;
	}

	@DistributedLock(name = "archive", key = "#year", backend = "archiveStore", waitTime = "0")
	public List<String> archive(int year, Work work) throws InterruptedException {
		work.run();
		return LockContext.leases().stream().map((lease) -> lease.key().value()).toList();
	}

	@DistributedLock(name = "reminders", waitTime = "0", onFailure = OnFailure.SKIP, holdAtLeast = "1h")
	public boolean remind() {
		return true;
	}

	@NoLock
	public int closings() {
		return this.closings;
	}

}
