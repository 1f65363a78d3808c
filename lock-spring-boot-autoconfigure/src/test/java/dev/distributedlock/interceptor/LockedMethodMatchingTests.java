package dev.distributedlock.interceptor;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Proxy;
import java.util.stream.Stream;

import dev.distributedlock.LockDefinition;
import dev.distributedlock.LockDefinitions;
import dev.distributedlock.LockKey;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.annotation.DistributedLock;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.support.ApplicationObjectSupport;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where annotations are found, through both kinds of proxies.
 */
class LockedMethodMatchingTests {

	static Stream<ApplicationContextRunner> proxies() {
		return Stream.of(LockedBeans.context(), LockedBeans.interfaceProxies(),
				LockedBeans.context().withPropertyValues("spring.aop.auto=false"));
	}

	@Test
	void runnersMakeBothKindsOfProxies() {
		LockedBeans.with(LockedBeans.context(), Implementation.class, Contract.class,
				(bean, locks) -> assertThat(AopUtils.isCglibProxy(bean)).isTrue());
		LockedBeans.with(LockedBeans.interfaceProxies(), Implementation.class, Contract.class,
				(bean, locks) -> assertThat(AopUtils.isJdkDynamicProxy(bean)).isTrue());
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void methodOfInterface(ApplicationContextRunner runner) {
		LockedBeans.with(runner, Implementation.class, Contract.class, (bean, locks) -> {
			bean.onInterface("i");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("contract", "i"));
		});
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void defaultMethodOfInterface(ApplicationContextRunner runner) {
		LockedBeans.with(runner, Implementation.class, Contract.class, (bean, locks) -> {
			bean.byDefault("d");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("default", "d"));
		});
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void methodOfClassBehindInterface(ApplicationContextRunner runner) {
		LockedBeans.with(runner, Implementation.class, Contract.class, (bean, locks) -> {
			bean.onImplementation("c");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("implementation", "c"));
		});
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void methodOfClassReplacesThatOfInterface(ApplicationContextRunner runner) {
		LockedBeans.with(runner, Implementation.class, Contract.class, (bean, locks) -> {
			bean.onBoth("b");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("closer"));
		});
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void genericMethodBehindBridge(ApplicationContextRunner runner) {
		LockedBeans.with(runner, GenericImplementation.class, Generic.class, (bean, locks) -> {
			@SuppressWarnings("unchecked")
			Generic<String> generic = bean;
			generic.handle("g");
			assertThat(locks.requests()).hasSize(1);
			assertThat(locks.last().key()).isEqualTo(LockKey.of("generic", "g"));
		});
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void metaAnnotationWithAlias(ApplicationContextRunner runner) {
		LockedBeans.with(runner, Implementation.class, Contract.class, (bean, locks) -> {
			bean.meta("m");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("orders", "m"));
		});
	}

	@Test
	void inheritedAndOverriddenMethodsOfSuperclass() {
		LockedBeans.with(Derived.class, (bean, locks) -> {
			bean.inherited("i");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("base", "i"));
			bean.overridden("o");
			assertThat(locks.last().key()).isEqualTo(LockKey.of("base", "o"));
			bean.inheritedWithoutName();
			assertThat(locks.last().key()).isEqualTo(LockKey.of(Base.class.getName() + ".inheritedWithoutName"));
			assertThat(locks.requests()).hasSize(3);
		});
	}

	@Test
	void packagePrivateAndProtectedMethods() {
		LockedBeans.with(Derived.class, (bean, locks) -> {
			bean.packagePrivate();
			bean.guarded();
			assertThat(locks.requests()).hasSize(2);
		});
	}

	@Test
	void typeLocksPublicMethodsAndMethodReplacesIt() {
		LockedBeans.with(ClassLevel.class, (bean, locks) -> {
			bean.one();
			assertThat(locks.last().key()).isEqualTo(LockKey.of("class-level"));
			bean.replaced();
			assertThat(locks.last().key()).isEqualTo(LockKey.of("method-level"));
			assertThat(locks.last().options().waitTime()).isNull();
			bean.notPublic();
			assertThat(bean.toString()).isEqualTo("text");
			assertThat(locks.requests()).hasSize(3);
		});
	}

	@Test
	void subclassAndInterfaceInheritTheLockOfTheirType() {
		LockedBeans.with(ClassLevelDerived.class, (bean, locks) -> {
			bean.added();
			bean.one();
			assertThat(locks.requests()).hasSize(2).allMatch((request) -> request.name().equals("class-level"));
		});
		LockedBeans.with(LockedBeans.interfaceProxies(), TypeLockedImplementation.class, TypeLocked.class,
				(bean, locks) -> {
					bean.run();
					assertThat(locks.last().name()).isEqualTo("type-locked");
				});
	}

	@Test
	void plainMethodsAndBeansAreLeftAlone() {
		LockedBeans.with(Derived.class, (bean, locks) -> {
			bean.plain();
			assertThat(locks.requests()).isEmpty();
		});
		LockedBeans.with(Plain.class, (bean, locks) -> assertThat(AopUtils.isAopProxy(bean)).isFalse());
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void productOfFactoryBeanThatIsAProxyItself(ApplicationContextRunner runner) {
		runner.withBean(ClientFactory.class).run((context) -> {
			context.getBean(Client.class).call("c");
			assertThat(((RecordingLockRegistry) context.getBean(LockRegistry.class)).last().key())
				.isEqualTo(LockKey.of("client", "c"));
		});
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void productOfFactoryBeanThatIsASpringProxyOfAnUnrelatedClass(ApplicationContextRunner runner) {
		runner.withBean(RepositoryFactory.class).run((context) -> {
			context.getBean(Client.class).call("r");
			assertThat(((RecordingLockRegistry) context.getBean(LockRegistry.class)).last().key())
				.isEqualTo(LockKey.of("client", "r"));
		});
	}

	@Test
	void definitionsAreCompleteAfterStart() {
		LockedBeans.context().withBean(Implementation.class).withBean(Derived.class).run((context) -> {
			assertThat(context.getBean(LockDefinitions.class).all()).extracting(LockDefinition::name)
				.containsExactly("Base.guarded", "Base.inheritedWithoutName", "Derived.packagePrivate", "base", "base",
						"closer", "contract", "default", "implementation", "orders");
			assertThat(context.getBean(LockDefinitions.class).all()).extracting(LockDefinition::location)
				.contains("Implementation.onInterface(String)", "Contract.byDefault(String)");
			assertThat(context.getBean(LockDefinitions.class).all()).extracting(LockDefinition::key)
				.contains("#id", "");
		});
	}

	@Retention(RetentionPolicy.RUNTIME)
	@DistributedLock(name = "orders")
	@interface OrderLock {

		@AliasFor(annotation = DistributedLock.class, attribute = "key")
		String id();

	}

	interface Contract {

		@DistributedLock(name = "contract", key = "#id")
		void onInterface(String id);

		@DistributedLock(name = "default", key = "#id")
		default void byDefault(String id) {
		}

		void onImplementation(String id);

		@DistributedLock(name = "farther")
		void onBoth(String id);

		void meta(String id);

	}

	static class Implementation implements Contract {

		@Override
		public void onInterface(String otherName) {
		}

		@Override
		@DistributedLock(name = "implementation", key = "#id")
		public void onImplementation(String id) {
		}

		@Override
		@DistributedLock(name = "closer")
		public void onBoth(String id) {
		}

		@Override
		@OrderLock(id = "#id")
		public void meta(String id) {
		}

	}

	interface Generic<T> {

		@DistributedLock(name = "generic", key = "#value")
		void handle(T value);

	}

	static class GenericImplementation implements Generic<String> {

		@Override
		public void handle(String text) {
		}

	}

	abstract static class Base {

		@DistributedLock(name = "base", key = "#id")
		public void inherited(String id) {
		}

		@DistributedLock(name = "base", key = "#id")
		public void overridden(String id) {
		}

		@DistributedLock
		public void inheritedWithoutName() {
		}

		@DistributedLock
		protected void guarded() {
		}

		public void plain() {
		}

	}

	static class Derived extends Base {

		@Override
		public void overridden(String renamed) {
		}

		@DistributedLock
		void packagePrivate() {
		}

	}

	@DistributedLock(name = "class-level", waitTime = "1s")
	static class ClassLevel extends ApplicationObjectSupport implements InitializingBean {

		public void one() {
		}

		@DistributedLock(name = "method-level")
		public void replaced() {
		}

		void notPublic() {
		}

		@Override
		public void afterPropertiesSet() {
		}

		@Override
		public String toString() {
			return "text";
		}

	}

	static class ClassLevelDerived extends ClassLevel {

		public void added() {
		}

	}

	@DistributedLock(name = "type-locked")
	interface TypeLocked {

		void run();

	}

	static class TypeLockedImplementation implements TypeLocked {

		@Override
		public void run() {
		}

	}

	static class Plain {

		public void run() {
		}

	}

	interface Client {

		@DistributedLock(name = "client", key = "#id")
		void call(String id);

	}

	static class ClientFactory implements FactoryBean<Client> {

		@Override
		public Client getObject() {
			return (Client) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Client.class },
					(proxy, method, args) -> (method.getName().equals("hashCode")) ? 1
							: (method.getName().equals("equals")) ? proxy == args[0] : null);
		}

		@Override
		public Class<?> getObjectType() {
			return Client.class;
		}

	}

	// As Spring Data makes its repositories.
	static class RepositoryFactory implements FactoryBean<Client> {

		@Override
		public Client getObject() {
			ProxyFactory factory = new ProxyFactory();
			factory.setTarget(new Plain());
			factory.setInterfaces(Client.class);
			factory.addAdvice((MethodInterceptor) (invocation) -> null);
			return (Client) factory.getProxy();
		}

		@Override
		public Class<?> getObjectType() {
			return Client.class;
		}

	}

}
