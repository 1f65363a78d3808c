package dev.distributedlock.backend.redis;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.backend.WaitQueue.Grant;
import dev.distributedlock.backend.WaitQueue.Listener;
import dev.distributedlock.testsupport.RedisServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.RFuture;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.api.listener.StatusListener;
import org.redisson.client.RedisTimeoutException;
import org.redisson.misc.CompletableFutureWrapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The subscription to grants when it fails half way.
 */
class GrantChannelIntegrationTests {

	private final RedisServer server = RedisServer.shared();

	private final RedissonClient client = Clients.connect(this.server);

	@AfterEach
	void disconnect() {
		this.client.shutdown(0, 2, TimeUnit.SECONDS);
	}

	@Test
	void subscriptionThatFailedHalfWayIsNotMadeTwice() {
		AtomicBoolean fails = new AtomicBoolean(true);
		AtomicInteger resumed = new AtomicInteger();
		List<Grant> grants = new CopyOnWriteArrayList<>();
		GrantListeners listeners = new GrantListeners();
		GrantChannel channel = new GrantChannel(failing(fails), new FirstContact(this.client), "half:grants:1",
				listeners);
		Listener listener = listeners.add(new Listener() {

			@Override
			public void granted(Grant grant) {
				grants.add(grant);
			}

			@Override
			public void resumed() {
				resumed.incrementAndGet();
			}

		});
		channel.join(listener);
		Awaitility.await("the second step has failed").untilFalse(fails);
		Awaitility.await("subscribed in the end").atMost(Duration.ofSeconds(20)).until(() -> {
			channel.ensure();
			return resumed.get() > 0;
		});
		this.server.send("PUBLISH", "half:grants:1", "owner\n1\n2\n3000\n0\nkey");
		this.server.send("PUBLISH", "half:grants:1", "last\n3\n4\n3000\n0\nkey");
		Awaitility.await("the messages").until(() -> grants.stream().anyMatch((grant) -> grant.owner().equals("last")));
		List<String> owners = new ArrayList<>();
		grants.forEach((grant) -> owners.add(grant.owner()));
		assertThat(owners).containsExactly("owner", "last");
		listeners.clear();
		assertThat(channel.settle()).succeedsWithin(Duration.ofSeconds(5));
		assertThat((List<?>) this.server.send("PUBSUB", "CHANNELS", "half:*")).isEmpty();
	}

	private RedissonClient failing(AtomicBoolean fails) {
		return proxy(RedissonClient.class, this.client, (instance, method, arguments) -> {
			Object result = call(this.client, method, arguments);
			return (result instanceof RTopic topic) ? failing(topic, fails) : result;
		});
	}

	private static RTopic failing(RTopic topic, AtomicBoolean fails) {
		return proxy(RTopic.class, topic, (instance, method, arguments) -> {
			if (method.getName().equals("addListenerAsync") && arguments[0] instanceof StatusListener
					&& fails.getAndSet(false)) {
				RFuture<Integer> failed = new CompletableFutureWrapper<>(new RedisTimeoutException("planned by test"));
				return failed;
			}
			return call(topic, method, arguments);
		});
	}

	private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private static <T> T proxy(Class<T> type, T target, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(target.getClass().getClassLoader(), new Class<?>[] { type }, handler));
	}

}
