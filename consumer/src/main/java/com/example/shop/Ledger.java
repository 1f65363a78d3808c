package com.example.shop;

import dev.distributedlock.LockContext;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.NoLock;
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

	@NoLock
	public int closings() {
		return this.closings;
	}

}
