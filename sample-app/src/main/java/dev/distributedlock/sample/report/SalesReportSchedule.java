package dev.distributedlock.sample.report;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Calls the report every minute, on every instance. A class of its own, so that the call
 * goes through the proxy that takes the lock.
 */
@Component
final class SalesReportSchedule {

	private final SalesReport report;

	SalesReportSchedule(SalesReport report) {
		this.report = report;
	}

	@Scheduled(cron = "${shop.report.cron:0 * * * * *}")
	void write() {
		this.report.write();
	}

}
