package dev.distributedlock.model;

import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The protocol keeps its promises in all states of the model. That this is no accident is
 * shown by {@link LockProtocolBugsTests}.
 */
// The counts are in docs/model/README.md; one that has shrunk means that the model does
// not do any more what it did.
class LockProtocolTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@CsvSource({ "Local, 47000", "Line, 70000", "Delays, 127000", "Renewals, 105000", "Fence, 57000" })
	void protocolKeepsItsPromises(String configuration, long leastStates) throws Exception {
		check(configuration, leastStates);
	}

	@ParameterizedTest
	@Tag("soak")
	@CsvSource({ "LineRenewals, 343000", "LocalRenewals, 707000", "Faults, 250000", "Small, 1135000", "Liveness, 9800",
			"LivenessLocal, 47000" })
	void protocolKeepsItsPromisesInLargerWorlds(String configuration, long leastStates) throws Exception {
		check(configuration, leastStates);
	}

	private void check(String configuration, long leastStates) throws Exception {
		Verdict verdict = new ModelChecker(this.directory).check(ModelChecker.configuration(configuration));
		assertThat(verdict.violated()).as(verdict::output).isEqualTo(Verdict.NOTHING);
		assertThat(verdict.states()).isGreaterThanOrEqualTo(leastStates);
	}

}
