package dev.distributedlock.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.distributedlock.LockListener;
import dev.distributedlock.LockRegistry;
import dev.distributedlock.LockRequest;
import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.backend.memory.InMemoryLockBackend;
import dev.distributedlock.core.DefaultLockRegistry;
import dev.distributedlock.interceptor.DistributedLockAdvisor;
import dev.distributedlock.interceptor.LockOperationSource;
import dev.distributedlock.observation.LockMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.aopalliance.intercept.MethodInterceptor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.core.env.StandardEnvironment;

/**
 * What a call of a locked method costs without a network.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AdviceBenchmark {

	/** A registry that costs nothing. */
	static final String FREE = "free";

	/** The same, which tells meters on a simple registry of each lock. */
	static final String FREE_WITH_METERS = "free+meters";

	/** The engine on the in-memory store. */
	static final String IN_MEMORY = "in-memory";

	/** The same, with meters. */
	static final String IN_MEMORY_WITH_METERS = "in-memory+meters";

	/**
	 * Call the bean itself.
	 * @param plain the bean
	 * @return what the method returns
	 */
	@Benchmark
	public long direct(Plain plain) {
		return plain.bean.ofOrder(plain.order);
	}

	/**
	 * Call the bean through a CGLIB proxy whose interceptor only proceeds.
	 * @param plain the bean
	 * @return what the method returns
	 */
	@Benchmark
	public long bareProxy(Plain plain) {
		return plain.proxy.ofOrder(plain.order);
	}

	/**
	 * Call a method with a constant key.
	 * @param locked the bean
	 * @return what the method returns
	 */
	@Benchmark
	public long constantKey(Locked locked) {
		return locked.proxy.ofAll(locked.order);
	}

	/**
	 * Call a method with the key {@code #order.id}.
	 * @param locked the bean
	 * @return what the method returns
	 */
	@Benchmark
	public long orderId(Locked locked) {
		return locked.proxy.ofOrder(locked.order);
	}

	/**
	 * Lock without advice, with a request that is ready.
	 * @param locked the registry
	 * @return what the method returns
	 */
	@Benchmark
	public long registryAlone(Locked locked) {
		try (var lease = locked.registry.acquire(locked.request)) {
			return locked.order.id();
		}
	}

	/**
	 * What the key is taken of.
	 *
	 * @param id the identity
	 */
	public record Order(long id) {
	}

	/** A bean whose methods are almost free. */
	public static class Service {

		/**
		 * A method with one lock for all orders.
		 * @param order the order
		 * @return its id
		 */
		@DistributedLock(name = "orders")
		public long ofAll(Order order) {
			return order.id();
		}

		/**
		 * A method with a lock for each order.
		 * @param order the order
		 * @return its id
		 */
		@DistributedLock(name = "orders", key = "#order.id")
		public long ofOrder(Order order) {
			return order.id();
		}

	}

	/** The bean without locks. */
	@State(Scope.Benchmark)
	public static class Plain {

		private final Order order = new Order(4711);

		private final Service bean = new Service();

		private final Service proxy = proxy();

		private static Service proxy() {
			ProxyFactory factory = new ProxyFactory(new Service());
			factory.setProxyTargetClass(true);
			factory.addAdvice((MethodInterceptor) (invocation) -> invocation.proceed());
			return (Service) factory.getProxy();
		}

	}

	/** The bean with locks. */
	@State(Scope.Benchmark)
	public static class Locked {

		@Param({ FREE, FREE_WITH_METERS, IN_MEMORY, IN_MEMORY_WITH_METERS })
		String store = FREE;

		private final Order order = new Order(4711);

		private final LockRequest request = LockRequest.of("orders", 4711);

		private LockRegistry registry = new FreeLockRegistry();

		private Service proxy = new Service();

		/** Create registry and proxy. */
		@Setup
		public void create() {
			this.registry = switch (this.store) {
				case FREE_WITH_METERS -> new FreeLockRegistry(meters());
				case IN_MEMORY -> registry();
				case IN_MEMORY_WITH_METERS -> registry(meters());
				default -> new FreeLockRegistry();
			};
			ProxyFactory factory = new ProxyFactory(new Service());
			factory.setProxyTargetClass(true);
			factory.addAdvisor(new DistributedLockAdvisor(new LockOperationSource(new StandardEnvironment()),
					() -> this.registry, 0));
			this.proxy = (Service) factory.getProxy();
		}

		/** End the threads of the registry. */
		@TearDown
		public void close() {
			if (this.registry instanceof DefaultLockRegistry engine) {
				engine.close();
			}
		}

		private static LockRegistry registry(LockListener... listeners) {
			DefaultLockRegistry.Builder builder = DefaultLockRegistry.builder(new InMemoryLockBackend());
			List.of(listeners).forEach(builder::listener);
			return builder.build();
		}

		private static LockMetrics meters() {
			LockMetrics metrics = new LockMetrics(InMemoryLockBackend.NAME, () -> List.of("orders"));
			metrics.bindTo(new SimpleMeterRegistry());
			return metrics;
		}

	}

}
