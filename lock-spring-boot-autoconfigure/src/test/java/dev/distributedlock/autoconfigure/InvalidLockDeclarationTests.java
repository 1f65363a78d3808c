package dev.distributedlock.autoconfigure;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.interceptor.RecordingLockRegistry;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.ClassUtils;

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
		explains(Type.class, "run()", "T(java.lang.System)", "keys may only read arguments", "Use parameters");
		explains(Constructor.class, "run()", "new java.util.Date()", "keys may only read arguments");
		explains(BeanReference.class, "run()", "@other", "keys may only read arguments");
		explains(Function.class, "run(String)", "#id()", "keys may only read arguments");
		explains(Assignment.class, "run(String)", "#id = 'x'", "keys may only read arguments");
		explains(Increment.class, "run(int)", "#id++", "keys may only read arguments");
		explains(Many.class, "run(String)", "{#id, 'b'}", "a key is one value", "Use one value");
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
	void twoLocksOnOneMethodAreRefused() {
		explains(TwoLocks.class, "run()", "2 annotations", "Keep one of them");
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
	@ValueSource(
			classes = { Promise.class, PlainFuture.class, MonoMethod.class, FluxMethod.class, FlowPublisher.class })
	void methodsThatReturnBeforeTheirWorkIsDoneAreRefused(Class<?> type) {
		explains(type, "run(", "would be unlocked before the work is done", "acquireAsync");
	}

	@Test
	void suspendingFunctionsAreRefused() {
		Object bean = GeneratedBeans.suspending();
		explains(bean.getClass(), () -> bean, "run(Continuation)", "suspending function", "acquireAsync");
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

	static class Many {

		@DistributedLock(key = "{#id, 'b'}")
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

	@Retention(RetentionPolicy.RUNTIME)
	@DistributedLock(name = "composed")
	@interface Composed {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@DistributedLock(name = "other")
	@interface OtherComposed {

	}

	static class TwoLocks {

		@Composed
		@OtherComposed
		public void run() {
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

	static class Promise {

		@DistributedLock
		public CompletableFuture<String> run() {
			return new CompletableFuture<>();
		}

	}

	static class PlainFuture {

		@DistributedLock
		public Future<String> run() {
			return new CompletableFuture<>();
		}

	}

	static class MonoMethod {

		@DistributedLock
		public Mono<String> run() {
			return Mono.empty();
		}

	}

	static class FluxMethod {

		@DistributedLock
		public Flux<String> run() {
			return Flux.empty();
		}

	}

	static class FlowPublisher {

		@DistributedLock
		public Flow.Publisher<String> run() {
			return (subscriber) -> {
			};
		}

	}

}
