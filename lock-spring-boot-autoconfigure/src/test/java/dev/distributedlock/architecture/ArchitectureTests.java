package dev.distributedlock.architecture;

import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the {@link ArchitectureRules} against this library, and against
 * {@code architecture.planted}, a small copy of its tree in which each rule is broken.
 */
class ArchitectureTests {

	private static final String ROOT = "dev.distributedlock";

	private static final String PLANTED = ROOT + ".architecture.planted";

	private static final JavaClasses LIBRARY = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	private static final JavaClasses VIOLATIONS = new ClassFileImporter().importPackages(PLANTED);

	@Test
	void theLibraryIsWhatIsChecked() {
		assertThat(LIBRARY.contain(ROOT + ".LockRegistry")).isTrue();
		assertThat(LIBRARY.contain(ROOT + ".core.DefaultLockRegistry")).isTrue();
		assertThat(LIBRARY).noneMatch((type) -> type.getPackageName().startsWith(ROOT + ".architecture"));
	}

	@TestFactory
	Stream<DynamicTest> libraryKeepsEachRule() {
		ArchitectureRules rules = new ArchitectureRules(ROOT);
		return Stream
			.of(rules.packagesAreFreeOfCycles(), rules.apiEngineAndStoresKnowNoFramework(), rules.layersPointInward(),
					rules.storesDoNotKnowEachOther(), rules.engineAndStoresShowOneType(),
					rules.autoConfigurationsAreClosed(), rules.classConditionsAreNotOnBeanMethods(),
					rules.onlyTheTickerReadsAClock(), rules.nobodySleeps(), rules.everyBridgeIsConfigured(),
					rules.onlyTheAnnotationIsCalledDistributedLock())
			.map((rule) -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(LIBRARY)));
	}

	@TestFactory
	Stream<DynamicTest> plantedViolationBreaksEachRule() {
		ArchitectureRules rules = new ArchitectureRules(PLANTED);
		return Stream.of(bites(rules.packagesAreFreeOfCycles(), "Cycle detected", "planted.RestlessLock"),
				bites(rules.apiEngineAndStoresKnowNoFramework(), "planted.RestlessLock", "StringUtils"),
				bites(rules.layersPointInward(), "planted.RestlessLock", "planted.core.OpenEngine"),
				bites(rules.layersPointInward(), "planted.core.OpenEngine", "planted.interceptor.NosyInterceptor"),
				bites(rules.layersPointInward(), "planted.interceptor.NosyInterceptor", "planted.backend.two"),
				bites(rules.layersPointInward(), "planted.backend.two", "planted.autoconfigure"),
				bites(rules.layersPointInward(), "OpenAutoConfiguration", "planted.autoconfigure.health"),
				bites(rules.storesDoNotKnowEachOther(), "planted.backend.one.OneParts", "planted.backend.two"),
				bites(rules.engineAndStoresShowOneType(), "planted.core.OpenEngine"),
				bites(rules.engineAndStoresShowOneType(), "planted.backend.one.OneParts"),
				bites(rules.autoConfigurationsAreClosed(), "OpenAutoConfiguration", "FINAL"),
				bites(rules.autoConfigurationsAreClosed(), "OpenAutoConfiguration.bean()", "PUBLIC"),
				bites(rules.classConditionsAreNotOnBeanMethods(), "OpenAutoConfiguration.bean()"),
				bites(rules.onlyTheTickerReadsAClock(), "RestlessLock", "System.nanoTime()"),
				bites(rules.onlyTheTickerReadsAClock(), "RestlessLock", "System.currentTimeMillis()"),
				bites(rules.onlyTheTickerReadsAClock(), "RestlessLock", "Instant.now()"),
				bites(rules.nobodySleeps(), "RestlessLock", "Thread.sleep"),
				bites(rules.everyBridgeIsConfigured(), "planted.backend.two.TwoLockBackend",
						"autoconfigure.backend.two"),
				bites(rules.onlyTheAnnotationIsCalledDistributedLock(), "planted.DistributedLock"));
	}

	private static DynamicTest bites(ArchRule rule, String... parts) {
		return DynamicTest.dynamicTest(String.join(", ", parts), () -> {
			EvaluationResult result = rule.evaluate(VIOLATIONS);
			assertThat(result.getFailureReport().getDetails())
				.anySatisfy((detail) -> assertThat(detail).contains(parts));
		});
	}

}
