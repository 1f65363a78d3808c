package dev.distributedlock.sample.report;

import java.util.stream.Collectors;

import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.sample.product.Inventory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Service;

/**
 * Writes one line about the sales. An instance that finds another one at it leaves it at
 * that: the lock is tried once, and the method is skipped without an error.
 */
@Service
public class SalesReport {

	private static final Logger logger = LoggerFactory.getLogger(SalesReport.class);

	private final Inventory inventory;

	SalesReport(Inventory inventory) {
		this.inventory = inventory;
	}

	/** Write the report, on one instance at a time. */
	@DistributedLock(name = "sales-report", waitTime = "0s", onFailure = OnFailure.SKIP)
	public void write() {
		String lines = this.inventory.levels()
			.stream()
			.map((level) -> level.sku() + ": sold " + level.sold() + ", left " + level.remaining() + ", oversold "
					+ level.oversold())
			.collect(Collectors.joining("; "));
		logger.info("Sales report: {}", lines);
	}

}
