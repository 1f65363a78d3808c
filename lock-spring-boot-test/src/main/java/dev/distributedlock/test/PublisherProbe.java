package dev.distributedlock.test;

import java.util.Objects;

import reactor.core.publisher.Flux;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * Sees who is inside a publisher: each subscriber, from its subscription to its end.
 * Apart because Reactor may be absent.
 */
final class PublisherProbe {

	private PublisherProbe() {
	}

	static Object around(Object publisher, Sections sections, String who) {
		ReactiveAdapter adapter = Objects
			.requireNonNull(ReactiveAdapterRegistry.getSharedInstance().getAdapter(publisher.getClass()));
		Flux<?> observed = Flux.using(() -> {
			sections.enter(who);
			return who;
		}, (inside) -> adapter.toPublisher(publisher), sections::leave);
		return adapter.fromPublisher(observed);
	}

}
