package dev.distributedlock.benchmarks;

import java.util.Map;

import dev.distributedlock.benchmarks.CommandMonitor.Count;
import dev.distributedlock.benchmarks.CommandMonitor.Line;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CommandMonitor}.
 */
class CommandMonitorTests {

	@Test
	void commandOfAClientIsToldFromOneOfAScript() {
		assertThat(Line.parse("1700000000.123456 [0 127.0.0.1:50000] \"EVALSHA\" \"abc\" \"1\" \"[0 lua] \\\"x\\\"\""))
			.isEqualTo(new Line(false, "evalsha"));
		assertThat(Line.parse("1700000000.123456 [0 lua] \"hset\" \"key\"")).isEqualTo(new Line(true, "hset"));
		assertThat(Line.parse("1700000000.123456 [0 unix:/tmp/redis.sock] \"GET\" \"key\""))
			.isEqualTo(new Line(false, "get"));
	}

	@Test
	void whatIsNoCommandIsNone() {
		assertThat(Line.parse("OK")).isNull();
	}

	@Test
	void countIsPerOperationAndNamesTheFrequent() {
		Count count = new Count(Map.of("evalsha", 2000L, "del", 1000L, "echo", 1L), 9000);
		assertThat(count.sentPer(1000)).isEqualTo(3.001);
		assertThat(count.executedPer(1000)).isEqualTo(9);
		assertThat(count.names(1001)).isEqualTo("evalsha 2.00, del 0.999");
	}

}
