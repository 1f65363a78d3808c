package dev.distributedlock.model;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The model is sharp: leave out one condition of the protocol, and TLC finds the property
 * that it was there for.
 */
class LockProtocolBugsTests {

	@TempDir
	private Path directory;

	@ParameterizedTest(name = "{0}: {2}")
	@CsvSource(delimiter = '|', textBlock = """
			token-reused        | Local  | TokensIncrease
			successor-cancelled | Local  | NothingHeldForNobody
			barging             | Local  | Fifo
			exchange-forgets    | Line   | OrphanEndsSoon
			release-any-owner   | Delays | ValidIsGranted
			late-denial-ignored | Delays | NobodyQueuesForNobody
			no-fence            | Fence  | FencedOrder
			""")
	void missingConditionIsFound(String bug, String configuration, String property) throws Exception {
		find(bug, configuration, property);
	}

	@ParameterizedTest(name = "{0}: {2}")
	@Tag("soak")
	@CsvSource(delimiter = '|', textBlock = """
			pass-invalid no-recheck | Faults   | TokensIncrease
			no-recheck              | Faults   | TokensIncrease
			pass-renews             | Faults   | MutualExclusion
			range-kept              | Faults   | TokensIncrease
			successor-cancelled     | Local    | OrphanEndsSoon
			late-grant-ignored      | Delays   | OrphanEndsSoon
			grant-from-receipt      | Faults   | MutualExclusion
			old-grant-used          | Faults   | MutualExclusion
			renewal-from-receipt    | Renewals | MutualExclusion
			""")
	void missingConditionIsFoundInALargerWorld(String bugs, String configuration, String property) throws Exception {
		find(bugs, configuration, property);
	}

	@Test
	void leaseWithoutMarginBreaksMutualExclusion() throws Exception {
		String planted = replace(ModelChecker.configuration("Renewals"), "Margin = 1", "Margin = 0");
		assertThat(check(single(planted, "INVARIANT", "MutualExclusion")).violated()).isEqualTo("MutualExclusion");
	}

	@Test
	@Tag("soak")
	void waiterWithoutPollIsStrandedByLostGrant() throws Exception {
		String planted = single(plant("Liveness", "no-poll"), "PROPERTY", "NobodyIsStranded");
		assertThat(check(planted).violated()).isEqualTo(Verdict.TEMPORAL);
	}

	private void find(String bugs, String configuration, String property) throws Exception {
		String planted = single(plant(configuration, bugs), "INVARIANT", property);
		assertThat(check(planted).violated()).isEqualTo(property);
	}

	private Verdict check(String configuration) throws Exception {
		return new ModelChecker(this.directory).check(configuration);
	}

	private static String plant(String configuration, String bugs) throws Exception {
		String names = Stream.of(bugs.split(" ")).map((bug) -> '"' + bug + '"').collect(Collectors.joining(", "));
		return replace(ModelChecker.configuration(configuration), "Bugs = {}", "Bugs = {" + names + "}");
	}

	// Only the property in question, so that it is not hidden by another one.
	private static String single(String configuration, String kind, String property) {
		int properties = configuration.indexOf(kind.equals("PROPERTY") ? "PROPERTIES" : "INVARIANTS");
		assertThat(configuration.substring(properties)).contains(property);
		return configuration.substring(0, properties) + kind + " " + property + "\n";
	}

	private static String replace(String text, String target, String replacement) {
		assertThat(text).contains(target);
		return text.replace(target, replacement);
	}

}
