package dev.distributedlock.architecture;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Set;
import java.util.function.Predicate;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * The rules, for the packages below a root. The root is a parameter so that the same
 * rules can be held against a tree of planted violations.
 */
final class ArchitectureRules {

	private static final Set<Class<?>> CLOCKS = Set.of(Instant.class, LocalDate.class, LocalDateTime.class,
			LocalTime.class, OffsetDateTime.class, ZonedDateTime.class);

	private final String root;

	ArchitectureRules(String root) {
		this.root = root;
	}

	/**
	 * The pattern is not root.(**): that one does not see cycles through the root itself.
	 */
	ArchRule packagesAreFreeOfCycles() {
		return SlicesRuleDefinition.slices().matching("(**)").should().beFreeOfCycles();
	}

	ArchRule apiEngineAndStoresKnowNoFramework() {
		return ArchRuleDefinition.noClasses()
			.that()
			.resideInAnyPackage(this.root, below("backend"), below("core"))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "io.micrometer..", "reactor..")
			.allowEmptyShould(true);
	}

	/**
	 * Import control says the same of import statements; this sees qualified names too.
	 */
	ArchRule layersPointInward() {
		return CompositeArchRule.of(never(this.root, this.root + ".*.."))
			.and(never(below("core"), below("annotation"), below("interceptor"), below("autoconfigure")))
			.and(never(below("interceptor"), below("core"), below("backend"), below("transaction"),
					below("autoconfigure")))
			.and(never(below("transaction"), below("core"), below("backend"), below("autoconfigure")))
			.and(never(below("backend"), below("core"), below("interceptor"), below("autoconfigure")))
			.and(never(below("observation"), below("core"), below("interceptor"), below("autoconfigure")))
			.and(never(below("fencing"), below("core"), below("interceptor"), below("autoconfigure")))
			.and(never(below("web"), below("core"), below("interceptor"), below("autoconfigure")))
			.and(never(below("event"), below("core"), below("interceptor"), below("autoconfigure")))
			.and(never(below("reactive"), below("core"), below("interceptor"), below("autoconfigure")))
			.and(never(below("health"), below("core"), below("interceptor"), below("autoconfigure")))
			.and(never(below("actuate"), below("core"), below("interceptor"), below("autoconfigure")))
			.and(never(this.root + ".autoconfigure", this.root + ".autoconfigure.*.."));
	}

	ArchRule storesDoNotKnowEachOther() {
		return SlicesRuleDefinition.slices()
			.matching(this.root + ".backend.(*)..")
			.should()
			.notDependOnEachOther()
			.allowEmptyShould(true);
	}

	ArchRule engineAndStoresShowOneType() {
		return CompositeArchRule.of(publicTypes(this.root + ".core", "DefaultLockRegistry"))
			.and(publicTypes(this.root + ".backend.*..", "\\w+LockBackend(Options)?"));
	}

	ArchRule autoConfigurationsAreClosed() {
		return CompositeArchRule
			.of(ArchRuleDefinition.classes()
				.that()
				.areAnnotatedWith(AutoConfiguration.class)
				.should()
				.haveModifier(JavaModifier.FINAL)
				.allowEmptyShould(true))
			.and(ArchRuleDefinition.noMethods()
				.that()
				.areDeclaredInClassesThat()
				.areAnnotatedWith(AutoConfiguration.class)
				.should()
				.bePublic()
				.allowEmptyShould(true));
	}

	/**
	 * The class of the return type would have to be loaded to find the condition.
	 */
	ArchRule classConditionsAreNotOnBeanMethods() {
		return ArchRuleDefinition.methods()
			.that()
			.areAnnotatedWith(Bean.class)
			.should()
			.notBeAnnotatedWith(ConditionalOnClass.class)
			.allowEmptyShould(true);
	}

	ArchRule onlyTheTickerReadsAClock() {
		return ArchRuleDefinition.noClasses()
			.that()
			.doNotHaveFullyQualifiedName(this.root + ".backend.Ticker")
			.should()
			.accessTargetWhere(target("reads a clock", ArchitectureRules::readsClock));
	}

	ArchRule nobodySleeps() {
		return ArchRuleDefinition.noClasses()
			.should()
			.accessTargetWhere(target("sleeps",
					(target) -> target.getOwner().isEquivalentTo(Thread.class) && target.getName().equals("sleep")));
	}

	/**
	 * A store or bridge that nothing configures is not reachable for a user. The store in
	 * memory needs no client and is configured with the rest.
	 */
	ArchRule everyBridgeIsConfigured() {
		return ArchRuleDefinition.classes().should(new TwinCondition(this.root));
	}

	ArchRule onlyTheAnnotationIsCalledDistributedLock() {
		return ArchRuleDefinition.noClasses()
			.that()
			.doNotHaveFullyQualifiedName(this.root + ".annotation.DistributedLock")
			.should()
			.haveSimpleName("DistributedLock");
	}

	private String below(String name) {
		return this.root + "." + name + "..";
	}

	private static ArchRule never(String from, String... to) {
		return ArchRuleDefinition.noClasses()
			.that()
			.resideInAPackage(from)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(to)
			.allowEmptyShould(true);
	}

	private static ArchRule publicTypes(String packages, String names) {
		return ArchRuleDefinition.classes()
			.that()
			.resideInAPackage(packages)
			.and()
			.arePublic()
			.and()
			.areTopLevelClasses()
			.should()
			.haveNameMatching(".*\\." + names)
			.allowEmptyShould(true);
	}

	private static DescribedPredicate<JavaAccess<?>> target(String description, Predicate<AccessTarget> test) {
		return DescribedPredicate.describe(description, (access) -> test.test(access.getTarget()));
	}

	private static boolean readsClock(AccessTarget target) {
		JavaClass owner = target.getOwner();
		String name = target.getName();
		if (owner.isEquivalentTo(System.class)) {
			return name.equals("nanoTime") || name.equals("currentTimeMillis");
		}
		if (owner.isEquivalentTo(Clock.class)) {
			return name.startsWith("system") || name.startsWith("tick");
		}
		if (owner.isEquivalentTo(Date.class)) {
			return name.equals("<init>");
		}
		return name.equals("now") && CLOCKS.stream().anyMatch(owner::isEquivalentTo);
	}

}
