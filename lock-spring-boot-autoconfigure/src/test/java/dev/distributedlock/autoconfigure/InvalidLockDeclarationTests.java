package dev.distributedlock.autoconfigure;

import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.LockFailureHandler;
import dev.distributedlock.annotation.LockKeyGenerator;
import dev.distributedlock.annotation.NoLock;
import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.annotation.OnLockLost;
import dev.distributedlock.interceptor.RecordingLockRegistry;
import io.reactivex.rxjava3.core.Single;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.http.ResponseEntity;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mistakes stop the start and are explained: where, what, why, and the fix.
 */
class InvalidLockDeclarationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withBean("lockRegistry", RecordingLockRegistry.class, RecordingLockRegistry::new)
		.withConfiguration(
				AutoConfigurations.of(DistributedLockAopAutoConfiguration.class, AopAutoConfiguration.class));

	@Test
	void badSyntaxIsShownWithItsPosition() {
		explains(Syntax.class, "run(String)", "key = \"#id + \"", "not a valid expression", "position 4",
				"Correct the expression");
		explains(Token.class, "run()", "key = \"'open\"", "not a valid expression", "Correct the expression");
		explains(Template.class, "run(String)", "key = \"order-#{#id\"", "not a valid expression",
				"Correct the expression");
	}

	@Test
	void unknownVariableIsShownWithTheKnownOnes() {
		explains(UnknownVariable.class, "run(String, int)", "key = \"#orderId\"", "unknown variable '#orderId'", "#id",
				"#count", "#p0", "#a1", "#root", "Use the name of a parameter");
		explains(UnknownVariableInTemplate.class, "run(String)", "order-#{#orderId}", "unknown variable '#orderId'");
	}

	@Test
	void unknownVariableWithoutParameterNamesTellsOfTheCompilerOption() {
		Object bean = GeneratedBeans.withoutParameterNames();
		explains(bean.getClass(), () -> bean, "run(String)", "unknown variable '#id'", "#p0, #a0, #root",
				"-parameters");
	}

	@Test
	void variableThatMeansDifferentParametersIsRefused() {
		explains(Swapped.class, "transfer(String, String)", "key = \"#from\"", "different parameters", "#p0");
	}

	@Test
	void propertyOfTheCallThatDoesNotExistIsRefused() {
		explains(Unquoted.class, "run()", "key = \"nightly-job\"", "property 'nightly'", "in quotes", "'nightly'");
		explains(NoHash.class, "run(String)", "key = \"id\"", "property 'id'", "as in #id");
	}

	@Test
	void typesConstructorsBeansFunctionsAndAssignmentsAreRefused() {
		explains(Type.class, "run()", "T(java.lang.System)", "a key may only read arguments and beans",
				"Use parameters");
		explains(Constructor.class, "run()", "new java.util.Date()", "a key may only read arguments and beans");
		explains(BeanReference.class, "run()", "@other", "refers to the bean 'other'", "does not exist");
		explains(Function.class, "run(String)", "#id()", "a key may only read arguments and beans");
		explains(Assignment.class, "run(String)", "#id = 'x'", "a key may only read arguments and beans");
		explains(Increment.class, "run(int)", "#id++", "a key may only read arguments and beans");
		explains(Mapped.class, "run(String)", "{id:#id}", "is a map", "Use one value");
	}

	@Test
	void durationsThatAreNoneAreRefused() {
		explains(BadDuration.class, "run()", "waitTime = \"5 parsecs\"", "cannot be used", "Use a time such as");
		explains(NoUnit.class, "run()", "waitTime = \"5\"", "no unit", "Use a time such as");
		explains(Negative.class, "run()", "waitTime = \"-5s\"", "must not be negative", "Use a time such as");
		explains(Overflow.class, "run()", "waitTime = \"99999999999999999999s\"", "cannot be used");
		explains(BlankDuration.class, "run()", "waitTime = \" \"", "cannot be used");
	}

	@Test
	void leaseOutsideItsBoundsIsRefused() {
		explains(ShortLease.class, "run()", "leaseTime = \"1ms\"", "must be between PT0.01S and PT24H");
		explains(LongLease.class, "run()", "leaseTime = \"P2D\"", "must be between PT0.01S and PT24H");
	}

	@Test
	void valueOfPlaceholderIsShown() {
		explains(this.runner.withPropertyValues("app.wait=soon"), Placeholder.class, null, "run()",
				"waitTime = \"${app.wait}\"", "resolved to \"soon\"", "cannot be used");
		explains(Placeholder.class, "run()", "waitTime = \"${app.wait}\"", "cannot be resolved", "Set the property");
		explains(NamePlaceholder.class, "run()", "name = \"${app.name}\"", "cannot be resolved", "app.name");
	}

	@Test
	void blankNamesAndKeysAreRefused() {
		explains(BlankName.class, "run()", "name = \" \"", "is blank", "Give the lock a name");
		explains(this.runner.withPropertyValues("app.name="), NamePlaceholder.class, null, "run()",
				"name = \"${app.name}\"", "is blank");
		explains(BlankKey.class, "run()", "key = \" \"", "is blank", "#order.id");
		explains(NameExpression.class, "run(String)", "name = \"#{#id}\"", "names are constants", "'key'");
	}

	@Test
	void keyThatIsSetTwiceDifferentlyIsRefused() {
		explains(KeyAndValue.class, "run(String)", "contradicts itself", "'key'", "#id", "#p0", "not both");
	}

	@Test
	void lockAndNoLockOnOneMethodAreRefused() {
		explains(LockedAndNot.class, "run()", "has a lock and @NoLock", "Keep one");
	}

	@Test
	void conditionThatCannotBeEvaluatedIsRefused() {
		explains(ConditionSyntax.class, "run(String)", "condition = \"#id ==\"", "not a valid expression");
		explains(ConditionVariable.class, "run(String)", "condition = \"#other\"", "unknown variable '#other'");
		explains(ConditionBlank.class, "run(String)", "condition = \" \"", "is blank");
		explains(ConditionType.class, "run(String)", "T(java.lang.System)", "a condition may only read arguments");
	}

	@Test
	void keyGeneratorThatIsNoneIsRefused() {
		explains(NoGenerator.class, "run(String)", "keyGenerator = \"absent\"", "is the name of no bean",
				"LockKeyGenerator");
		explains(this.runner.withBean("text", String.class, () -> "text"), WrongGenerator.class, null, "run(String)",
				"keyGenerator = \"text\"", "is no LockKeyGenerator but a class java.lang.String");
		explains(this.runner.withBean("keys", LockKeyGenerator.class, () -> (target, method, args) -> "k"),
				GeneratorAndKey.class, null, "run(String)", "keyGenerator = \"keys\"", "key = \"#id\"", "Keep");
	}

	@Test
	void fallbackThatDoesNotFitIsRefused() {
		explains(FallbackAbsent.class, "run(String)", "fallback = \"absent\"", "is no method of",
				"String absent(String, LockTimeoutException)");
		explains(FallbackParameters.class, "run(String)", "fallback = \"other\"", "has other parameters",
				"other(Integer)", "String other(String, LockTimeoutException)");
		explains(FallbackReturns.class, "run(String)", "fallback = \"other\"", "returns java.lang.Object",
				"returns java.lang.String");
		explains(FallbackLocked.class, "run(String)", "fallback = \"other\"", "is locked itself", "Remove the lock");
		explains(FallbackAmbiguous.class, "run(String)", "fallback = \"other\"", "means several methods",
				"other(String, LockTimeoutException)", "Rename");
	}

	@Test
	void reactionsThatContradictEachOtherAreRefused() {
		explains(FallbackWithoutAnswer.class, "run(String)", "onFailure = \"FALLBACK\"", "has nothing to answer",
				"'fallback'", "'handler'");
		explains(SkipWithFallback.class, "run(String)", "onFailure = \"SKIP\"", "would never use",
				"fallback = \"other\"");
		explains(FallbackAndHandler.class, "run(String)", "both a fallback and a handler", "Keep one");
		explains(NoHandler.class, "run(String)", "handler = ", "is the type of no bean", "Define one bean");
		explains(DifferentReactions.class, "run(String)", "onFailure = \"THROW, SKIP\"", "differs between the locks",
				"one of the annotations");
		explains(DifferentLosses.class, "run(String)", "onLockLost = ", "differs between the locks");
	}

	@Test
	void methodsThatNoProxyInterceptsAreRefused() {
		explains(PrivateMethod.class, "run()", "is private", "run without the lock", "Make it a public");
		explains(StaticMethod.class, "run()", "is static", "run without the lock");
		explains(FinalMethod.class, "run()", "is final", "run without the lock");
		explains(FinalMethodOfLockedClass.class, "run()", "is final", "run without the lock");
		explains(PrivateOfSuperclass.class, "run()", "PrivateMethod.run()", "is private", "of bean class");
		explains(FinalClass.class, FinalClass::new, "run()", "is in a final class", "run without the lock");
	}

	@Test
	void finalClassAndMethodAreFineBehindInterfaces() {
		this.runner.withPropertyValues("spring.aop.proxy-target-class=false")
			.withBean("runnable", Runnable.class, FinalRunnable::new)
			.run((context) -> {
				context.getBean(Runnable.class).run();
				assertThat(context.getBean(RecordingLockRegistry.class).requests()).hasSize(1);
			});
		explains(FinalRunnable.class, FinalRunnable::new, "run()", "is in a final class");
	}

	@Test
	void methodOutsideOfProxiedInterfacesIsRefused() {
		explains(this.runner.withPropertyValues("spring.aop.proxy-target-class=false"), NotInInterface.class, null,
				"other()", "is in no interface");
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnStage.class, PlainFuture.class, OwnPublisher.class, OwnFlowPublisher.class })
	void methodsThatReturnBeforeTheirWorkIsDoneAreRefused(Class<?> type) {
		explains(type, "run(", "would be unlocked before the work is done", "acquireAsync");
	}

	@ParameterizedTest
	@ValueSource(classes = { ResponseOfMono.class, FutureOfFlux.class, MonoOfFlux.class, LaterOnThread.class,
			LaterInServlet.class })
	void methodsThatReturnSomethingThatGoesOnAreRefused(Class<?> type) {
		explains(type, "run(", "would be unlocked before the work is done", "CompletableFuture");
	}

	@Test
	void typesWithoutEndAreNoPromises() {
		this.runner.withBean(SortedMethod.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void skippingWhatCannotBeEmptyIsRefused() {
		explains(SkippedSingle.class, "run()", "onFailure = \"SKIP\"", "Single cannot be empty", "'fallback'");
	}

	@Test
	void handlerOfWhichThereAreSeveralIsRefused() {
		explains(this.runner.withBean("one", Handler.class).withBean("two", Handler.class), NoHandler.class, null,
				"run(String)", "handler = ", "is the type of several beans", "one", "two");
	}

	@Test
	void propertyThatAFinalTypeLacksIsRefusedWithThoseItHas() {
		explains(UnknownProperty.class, "run(InvalidLockDeclarationTests.Order)", "key = \"#order.idd\"",
				"reads the property 'idd' (at position 7)", "Order does not have", "readable are: customer, id.");
		explains(UnknownNestedProperty.class, "run(InvalidLockDeclarationTests.Order)", "property 'nam'",
				"Customer does not have", "name");
		explains(UnknownMethod.class, "run(InvalidLockDeclarationTests.Order)", "method 'getId'",
				"Order does not have");
		explains(UnknownInCondition.class, "run(InvalidLockDeclarationTests.Order)", "condition = ", "property 'paid'",
				"Order does not have");
	}

	@Test
	void continuationsWithoutKotlinAreRefused() {
		Object bean = GeneratedBeans.suspending();
		explains(bean.getClass(), () -> bean, "run()", "takes a Continuation", "not written in Kotlin");
	}

	private void explains(Class<?> type, String... parts) {
		explains(this.runner, type, null, parts);
	}

	private void explains(Class<?> type, Supplier<Object> supplier, String... parts) {
		explains(this.runner, type, supplier, parts);
	}

	@SuppressWarnings("unchecked")
	private static void explains(ApplicationContextRunner runner, Class<?> type, @Nullable Supplier<Object> supplier,
			String... parts) {
		ApplicationContextRunner withBean = (supplier != null) ? runner.withBean("bean", (Class<Object>) type, supplier)
				: runner.withBean(type);
		withBean.run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription() + "\n" + analysis.getAction())
				.contains(ClassUtils.getShortName(type).replace('.', '$'))
				.contains(parts);
			assertThat(analysis.getAction()).endsWith(".");
		});
	}

	private static FailureAnalysis analyze(Throwable failure) {
		FailureAnalyzer analyzer = SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class,
					SpringFactoriesLoader.FailureHandler.logging(LogFactory.getLog(InvalidLockDeclarationTests.class)))
			.stream()
			.filter((candidate) -> candidate instanceof InvalidLockDeclarationFailureAnalyzer)
			.findFirst()
			.orElseThrow();
		FailureAnalysis analysis = analyzer.analyze(failure);
		assertThat(analysis).as(() -> "Analysis of " + failure).isNotNull();
		return analysis;
	}

	static class Syntax {

		@DistributedLock(key = "#id + ")
		public void run(String id) {
		}

	}

	static class Token {

		@DistributedLock(key = "'open")
		public void run() {
		}

	}

	static class Template {

		@DistributedLock(key = "order-#{#id")
		public void run(String id) {
		}

	}

	static class UnknownVariable {

		@DistributedLock(key = "#orderId")
		public void run(String id, int count) {
		}

	}

	static class UnknownVariableInTemplate {

		@DistributedLock(key = "order-#{#orderId}")
		public void run(String id) {
		}

	}

	interface Transfers {

		@DistributedLock(key = "#from")
		void transfer(String from, String to);

	}

	static class Swapped implements Transfers {

		@Override
		public void transfer(String to, String from) {
		}

	}

	static class Unquoted {

		@DistributedLock(key = "nightly-job")
		public void run() {
		}

	}

	static class NoHash {

		@DistributedLock(key = "id")
		public void run(String id) {
		}

	}

	static class Type {

		@DistributedLock(key = "T(java.lang.System).lineSeparator()")
		public void run() {
		}

	}

	static class Constructor {

		@DistributedLock(key = "new java.util.Date()")
		public void run() {
		}

	}

	static class BeanReference {

		@DistributedLock(key = "@other")
		public void run() {
		}

	}

	static class Function {

		@DistributedLock(key = "#id()")
		public void run(String id) {
		}

	}

	static class Assignment {

		@DistributedLock(key = "#id = 'x'")
		public void run(String id) {
		}

	}

	static class Increment {

		@DistributedLock(key = "#id++")
		public void run(int id) {
		}

	}

	static class Mapped {

		@DistributedLock(key = "{id:#id}")
		public void run(String id) {
		}

	}

	static class BadDuration {

		@DistributedLock(waitTime = "5 parsecs")
		public void run() {
		}

	}

	static class NoUnit {

		@DistributedLock(waitTime = "5")
		public void run() {
		}

	}

	static class Negative {

		@DistributedLock(waitTime = "-5s")
		public void run() {
		}

	}

	static class Overflow {

		@DistributedLock(waitTime = "99999999999999999999s")
		public void run() {
		}

	}

	static class BlankDuration {

		@DistributedLock(waitTime = " ")
		public void run() {
		}

	}

	static class ShortLease {

		@DistributedLock(leaseTime = "1ms")
		public void run() {
		}

	}

	static class LongLease {

		@DistributedLock(leaseTime = "P2D")
		public void run() {
		}

	}

	static class Placeholder {

		@DistributedLock(waitTime = "${app.wait}")
		public void run() {
		}

	}

	static class NamePlaceholder {

		@DistributedLock(name = "${app.name}")
		public void run() {
		}

	}

	static class BlankName {

		@DistributedLock(name = " ")
		public void run() {
		}

	}

	static class BlankKey {

		@DistributedLock(key = " ")
		public void run() {
		}

	}

	static class NameExpression {

		@DistributedLock(name = "#{#id}")
		public void run(String id) {
		}

	}

	static class KeyAndValue {

		@DistributedLock(value = "#id", key = "#p0")
		public void run(String id) {
		}

	}

	static class LockedAndNot {

		@NoLock
		@DistributedLock
		public void run() {
		}

	}

	static class ConditionSyntax {

		@DistributedLock(condition = "#id ==")
		public void run(String id) {
		}

	}

	static class ConditionVariable {

		@DistributedLock(condition = "#other")
		public void run(String id) {
		}

	}

	static class ConditionBlank {

		@DistributedLock(condition = " ")
		public void run(String id) {
		}

	}

	static class ConditionType {

		@DistributedLock(condition = "T(java.lang.System).getenv('X') != null")
		public void run(String id) {
		}

	}

	static class NoGenerator {

		@DistributedLock(keyGenerator = "absent")
		public void run(String id) {
		}

	}

	static class WrongGenerator {

		@DistributedLock(keyGenerator = "text")
		public void run(String id) {
		}

	}

	static class GeneratorAndKey {

		@DistributedLock(key = "#id", keyGenerator = "keys")
		public void run(String id) {
		}

	}

	static class FallbackAbsent {

		@DistributedLock(fallback = "absent")
		public String run(String id) {
			return id;
		}

	}

	static class FallbackParameters {

		@DistributedLock(fallback = "other")
		public String run(String id) {
			return id;
		}

		String other(Integer id) {
			return "";
		}

	}

	static class FallbackReturns {

		@DistributedLock(fallback = "other")
		public String run(String id) {
			return id;
		}

		Object other(String id) {
			return id;
		}

	}

	static class FallbackLocked {

		@DistributedLock(fallback = "other")
		public String run(String id) {
			return id;
		}

		@DistributedLock
		public String other(String id) {
			return id;
		}

	}

	static class FallbackAmbiguous {

		@DistributedLock(fallback = "other")
		public String run(String id) {
			return id;
		}

		String other(String id) {
			return id;
		}

		String other(String id, LockTimeoutException busy) {
			return id;
		}

	}

	static class FallbackWithoutAnswer {

		@DistributedLock(onFailure = OnFailure.FALLBACK)
		public void run(String id) {
		}

	}

	static class SkipWithFallback {

		@DistributedLock(onFailure = OnFailure.SKIP, fallback = "other")
		public void run(String id) {
		}

		void other(String id) {
		}

	}

	static class FallbackAndHandler {

		@DistributedLock(handler = Handler.class, fallback = "other")
		public void run(String id) {
		}

		void other(String id) {
		}

	}

	static class NoHandler {

		@DistributedLock(handler = Handler.class)
		public void run(String id) {
		}

	}

	static class Handler implements LockFailureHandler {

		@Override
		public @Nullable Object handle(LockTimeoutException busy, Method method, @Nullable Object[] arguments) {
			return null;
		}

	}

	static class DifferentReactions {

		@DistributedLock(name = "one", onFailure = OnFailure.THROW)
		@DistributedLock(name = "two", onFailure = OnFailure.SKIP)
		public void run(String id) {
		}

	}

	static class DifferentLosses {

		@DistributedLock(name = "one", onLockLost = OnLockLost.LOG)
		@DistributedLock(name = "two", onLockLost = OnLockLost.INTERRUPT)
		public void run(String id) {
		}

	}

	static class PrivateMethod {

		@DistributedLock
		private void run() {
		}

		public void call() {
			run();
		}

	}

	static class PrivateOfSuperclass extends PrivateMethod {

	}

	static class StaticMethod {

		@DistributedLock
		public static void run() {
		}

	}

	static class FinalMethod {

		@DistributedLock
		public final void run() {
		}

	}

	@DistributedLock
	static class FinalMethodOfLockedClass {

		public final void run() {
		}

	}

	static final class FinalClass {

		@DistributedLock
		public void run() {
		}

	}

	static final class FinalRunnable implements Runnable {

		@Override
		@DistributedLock
		public void run() {
		}

	}

	static class NotInInterface implements Runnable {

		@Override
		public void run() {
		}

		@DistributedLock
		public void other() {
		}

	}

	static class OwnStage {

		@DistributedLock
		public Stage run() {
			return new Stage();
		}

		static class Stage extends CompletableFuture<String> {

		}

	}

	static class PlainFuture {

		@DistributedLock
		public Future<String> run() {
			return new CompletableFuture<>();
		}

	}

	static class OwnPublisher {

		@DistributedLock
		public ConnectableFlux<String> run() {
			return Flux.just("x").publish();
		}

	}

	interface Events extends Flow.Publisher<String> {

	}

	static class OwnFlowPublisher {

		@DistributedLock
		public Events run() {
			return (subscriber) -> {
			};
		}

	}

	static class ResponseOfMono {

		@DistributedLock
		public ResponseEntity<Mono<String>> run() {
			return ResponseEntity.ok(Mono.just("x"));
		}

	}

	static class FutureOfFlux {

		@DistributedLock
		public CompletableFuture<Flux<String>> run() {
			return CompletableFuture.completedFuture(Flux.just("x"));
		}

	}

	static class MonoOfFlux {

		@DistributedLock
		public Mono<List<Flux<String>>> run() {
			return Mono.empty();
		}

	}

	static class LaterOnThread {

		@DistributedLock
		public Callable<String> run() {
			return () -> "x";
		}

	}

	static class LaterInServlet {

		@DistributedLock
		public SseEmitter run() {
			return new SseEmitter();
		}

	}

	static class SortedMethod {

		@DistributedLock
		public <T extends Comparable<T>> List<T> run(List<T> values) {
			return values;
		}

		@DistributedLock
		public <E extends Enum<E>> EnumSet<E> run(Class<? extends Future<E>> type) {
			throw new UnsupportedOperationException();
		}

	}

	static class SkippedSingle {

		@DistributedLock(onFailure = OnFailure.SKIP)
		public Single<String> run() {
			return Single.just("x");
		}

	}

	record Customer(String name) {
	}

	record Order(String id, Customer customer) {
	}

	static class UnknownProperty {

		@DistributedLock(key = "#order.idd")
		public void run(Order order) {
		}

	}

	static class UnknownNestedProperty {

		@DistributedLock(key = "o-#{#order.customer.nam}")
		public void run(Order order) {
		}

	}

	static class UnknownMethod {

		@DistributedLock(key = "#order.getId()")
		public void run(Order order) {
		}

	}

	static class UnknownInCondition {

		@DistributedLock(condition = "not #order.paid")
		public void run(Order order) {
		}

	}

}
