package dev.distributedlock.interceptor;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;

import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.LockFailureHandler;
import dev.distributedlock.annotation.LockKeyGenerator;
import dev.distributedlock.annotation.TryLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.annotation.AliasFor;
import org.springframework.javapoet.ClassName;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Spring's preparation ahead of time keeps for a native image, with all of its own
 * processors.
 */
class LockHintsAotProcessorTests {

	@Test
	void nestedPropertiesAreReadable() {
		RuntimeHints hints = hints(Nested.class);
		assertReadable(hints, Order.class, "customer");
		assertReadable(hints, Customer.class, "getAddress");
		assertReadable(hints, Address.class, "zip");
		assertUnreadable(hints, Other.class, "name");
	}

	@Test
	void methodsThatAreNoGettersAreReadable() {
		RuntimeHints hints = hints(Fluent.class);
		assertReadable(hints, Account.class, "reference");
		assertReadable(hints, Reference.class, "text");
		assertReadable(hints, String.class, "trim");
		assertUnreadable(hints, Account.class, "close");
	}

	@Test
	void elementsOfCollectionsArraysAndMapsAreReadable() {
		RuntimeHints hints = hints(Collections.class);
		assertReadable(hints, Line.class, "sku");
		assertReadable(hints, Customer.class, "getNumber");
		assertReadable(hints, Address.class, "zip");
	}

	@Test
	void fieldsAreReadable() {
		assertThat(RuntimeHintsPredicates.reflection().onFieldAccess(WithField.class, "id"))
			.accepts(hints(Fields.class));
	}

	@Test
	void conditionsAreFollowedAsKeysAre() {
		assertReadable(hints(Conditional.class), Account.class, "isFrozen");
	}

	@Test
	void parametersOfComposedAndRepeatedLocksAreReadable() {
		assertReadable(hints(Composed.class), Order.class, "id");
		assertReadable(hints(Composed.class), Account.class, "number");
		assertReadable(hints(Repeated.class), Order.class, "id");
		assertReadable(hints(Repeated.class), Account.class, "number");
	}

	@Test
	void lockOfTheTypeReadsParametersOfAllItsMethods() {
		RuntimeHints hints = hints(LockedType.class);
		assertReadable(hints, Order.class, "id");
		assertInvocable(hints, LockedType.class, "pay");
	}

	@Test
	void lockOfAnInterfaceReadsParametersOfItsImplementation() {
		assertReadable(hints(Implementation.class), Order.class, "id");
		assertReadable(hints(GenericImplementation.class), Order.class, "id");
	}

	@Test
	void beansOfExpressionsAreReadable() {
		GenericApplicationContext context = new GenericApplicationContext();
		context.registerBean("shop.tenants", Tenants.class);
		RuntimeHints hints = hints(context, BeanReference.class);
		assertReadable(hints, Tenants.class, "current");
		assertReadable(hints, Tenant.class, "code");
	}

	@Test
	void targetIsReadable() {
		assertReadable(hints(Target.class), Target.class, "region");
	}

	@Test
	void fallbacksMayBeCalled() {
		assertInvocable(hints(WithFallback.class), WithFallback.class, "payLater");
	}

	@Test
	void generatorsAndHandlersAreBeansAndNeedNoHints() {
		GenericApplicationContext context = new GenericApplicationContext();
		context.registerBean("byTenant", ByTenant.class);
		context.registerBean(Busy.class);
		RuntimeHints hints = hints(context, WithBeans.class);
		assertInvocable(hints, WithBeans.class, "pay");
		assertUnreadable(hints, Busy.class, "handle");
	}

	@Test
	void beansWithoutLocksAreLeftAlone() {
		assertUnreadable(hints(Other.class), Other.class, "name");
	}

	private static RuntimeHints hints(Class<?> bean) {
		return hints(new GenericApplicationContext(), bean);
	}

	private static RuntimeHints hints(GenericApplicationContext context, Class<?> bean) {
		context.registerBean(bean);
		DefaultGenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get("com.example", "Shop")), new InMemoryGeneratedFiles());
		new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		return generation.getRuntimeHints();
	}

	private static void assertReadable(RuntimeHints hints, Class<?> type, String name) {
		assertInvocable(hints, type, name);
	}

	private static void assertInvocable(RuntimeHints hints, Class<?> type, String name) {
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method(type, name))).accepts(hints);
	}

	private static void assertUnreadable(RuntimeHints hints, Class<?> type, String name) {
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(method(type, name))).rejects(hints);
	}

	private static Method method(Class<?> type, String name) {
		Method method = ReflectionUtils.findMethod(type, name, (Class<?>[]) null);
		assertThat(method).isNotNull();
		return method;
	}

	record Order(String id, Customer customer, List<Line> lines) {
	}

	record Line(String sku, int amount) {
	}

	public static class Customer {

		public Address getAddress() {
			return new Address("1");
		}

		public long getNumber() {
			return 1;
		}

	}

	record Address(String zip) {
	}

	public static class Account {

		public Reference reference() {
			return new Reference();
		}

		public String number() {
			return "1";
		}

		public boolean isFrozen() {
			return false;
		}

		public void close() {
		}

	}

	public static class Reference {

		public String text() {
			return "1";
		}

	}

	public static class WithField {

		public final String id = "1";

	}

	public static class Other {

		public String name() {
			return "other";
		}

	}

	static class Nested {

		@DistributedLock(name = "nested", key = "#order.customer.address.zip")
		public void run(Order order, Other other) {
		}

	}

	static class Fluent {

		@DistributedLock(name = "fluent", key = "account-#{#p0.reference().text().trim()}")
		public void run(Account account) {
		}

	}

	static class Collections {

		@DistributedLock(name = "lines", key = "#order.lines.![sku]")
		public void lines(Order order) {
		}

		@DistributedLock(name = "map", key = "#customers[#id].number")
		public void map(Map<String, Customer> customers, String id) {
		}

		@DistributedLock(name = "array", key = "#addresses.![zip]")
		public void array(Address[] addresses) {
		}

	}

	static class Fields {

		@DistributedLock(name = "fields", key = "#value.id")
		public void run(WithField value) {
		}

	}

	static class Conditional {

		@DistributedLock(name = "conditional", condition = "!#account.frozen")
		public void run(Account account) {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@DistributedLock(name = "orders", key = "#order.id")
	@interface OrderLock {

		@AliasFor(annotation = DistributedLock.class)
		String waitTime() default "1s";

	}

	static class Composed {

		@OrderLock
		public void pay(Order order) {
		}

		@TryLock(key = "#account.number()")
		public void tryPay(Account account) {
		}

	}

	static class Repeated {

		@DistributedLock(name = "orders", key = "#order.id")
		@DistributedLock(name = "accounts", key = "#account.number()")
		public void pay(Order order, Account account) {
		}

	}

	@DistributedLock(name = "type", key = "#order.id")
	static class LockedType {

		public void pay(Order order) {
		}

	}

	interface Contract {

		@DistributedLock(name = "contract", key = "#order.id")
		void pay(Order order);

	}

	static class Implementation implements Contract {

		@Override
		public void pay(Order renamed) {
		}

	}

	interface GenericContract<T> {

		@DistributedLock(name = "contract", key = "#p0.id")
		void pay(T value);

	}

	static class GenericImplementation implements GenericContract<Order> {

		@Override
		public void pay(Order order) {
		}

	}

	public static class Tenants {

		public Tenant current() {
			return new Tenant("t");
		}

	}

	record Tenant(String code) {
	}

	static class BeanReference {

		@DistributedLock(name = "tenants", key = "@'shop.tenants'.current().code")
		public void run() {
		}

	}

	public static class Target {

		public String region() {
			return "eu";
		}

		@DistributedLock(name = "target", key = "#root.target.region()")
		public void run() {
		}

	}

	static class WithFallback {

		@DistributedLock(name = "orders", fallback = "payLater")
		public void pay(Order order) {
		}

		@SuppressWarnings("unused")
		private void payLater(Order order) {
		}

	}

	static class WithBeans {

		@DistributedLock(name = "orders", keyGenerator = "byTenant", handler = Busy.class)
		public void pay(Order order) {
		}

	}

	static class ByTenant implements LockKeyGenerator {

		@Override
		public @Nullable Object generate(Object target, Method method, @Nullable Object... arguments) {
			return arguments[0];
		}

	}

	static class Busy implements LockFailureHandler {

		@Override
		public @Nullable Object handle(LockTimeoutException busy, Method method, @Nullable Object[] arguments) {
			return null;
		}

	}

}
