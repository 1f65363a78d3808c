package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Settings} and the names of {@link Rivals}.
 */
class SettingsTests {

	@AfterEach
	void clear() {
		System.clearProperty("rivals");
		System.clearProperty("threads");
		System.clearProperty("rtt");
		System.clearProperty("ours.handover.max-passes");
	}

	@Test
	void settingsAreReadFromSystemProperties() {
		System.setProperty("threads", "4, 8");
		System.setProperty("rtt", "600us");
		assertThat(Settings.numbers("threads", "16")).containsExactly(4, 8);
		assertThat(Settings.duration("rtt", "0")).isEqualTo(Duration.ofNanos(600_000));
		assertThat(Settings.number("rounds", 9)).isEqualTo(9);
		assertThat(Settings.duration("section", "0")).isZero();
	}

	@Test
	void settingsOfOursBecomePropertiesOfTheLibraryAndReachChildren() {
		System.setProperty("ours.handover.max-passes", "0");
		System.setProperty("threads", "4");
		assertThat(Settings.ofOurs()).containsExactly(Map.entry("distributed-lock.handover.max-passes", "0"));
		assertThat(Settings.forChild()).containsExactlyInAnyOrder("-Dours.handover.max-passes=0", "-Dthreads=4");
	}

	@Test
	void everyRivalCanBeNamed() {
		System.setProperty("rivals", Rivals.NAMES);
		assertThat(Rivals.elsewhere("").all()).extracting(Rival::name).containsExactly(Rivals.NAMES.split(", "));
	}

	@Test
	void unknownRivalIsRefusedWithTheNamesThereAre() {
		System.setProperty("rivals", "ours,Jedis");
		assertThatIllegalArgumentException().isThrownBy(() -> Rivals.elsewhere(""))
			.withMessageContaining("'Jedis'")
			.withMessageContaining(Rivals.NAMES);
	}

	@Test
	void floorIsOnTheClientOfTheRival() {
		Rivals rivals = Rivals.elsewhere("ours,RLock,Lettuce,PINGs,PINGs-small");
		assertThat(rivals.all()).extracting(rivals::floor)
			.extracting((floor) -> (floor != null) ? floor.name() : "-")
			.containsExactly("PINGs-small", "PINGs", "-", "PINGs", "PINGs-small");
	}

}
