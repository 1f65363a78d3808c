package dev.distributedlock.interceptor;

import java.util.List;

import dev.distributedlock.LockLease;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ReactiveAdapter;

/**
 * What a locked method does for one subscription, as a publisher.
 */
interface PublishedWork {

	/**
	 * Call the method. The current thread runs under its leases already.
	 * @param call the call
	 * @param leases the leases of the work, for where it goes on later; innermost first
	 * @return the work, which begins when it is subscribed to
	 * @throws Throwable what the method throws
	 */
	Publisher<Object> start(DetachedCall call, List<LockLease> leases) throws Throwable;

	/**
	 * Return what answers instead of the method as a publisher.
	 * @param answer what a fallback or a handler returned
	 */
	Publisher<Object> answer(Object answer);

	/**
	 * Return what completes when nothing of the work runs any more, also after it was
	 * cancelled, as far as that can be told.
	 */
	Mono<Void> end();

	/**
	 * The work of a method that returns a reactive type. What still runs after its
	 * cancellation cannot be told.
	 *
	 * @param adapter the type
	 * @param location the method, for messages
	 */
	record Adapted(ReactiveAdapter adapter, String location) implements PublishedWork {

		@Override
		public Publisher<Object> start(DetachedCall call, List<LockLease> leases) throws Throwable {
			Object returned = call.proceed();
			return (returned != null) ? answer(returned)
					: Flux.error(new IllegalStateException(this.location + " returned null instead of a publisher"));
		}

		@Override
		@SuppressWarnings("unchecked")
		public Publisher<Object> answer(Object answer) {
			return (Publisher<Object>) (Publisher<?>) this.adapter.toPublisher(answer);
		}

		@Override
		public Mono<Void> end() {
			return Mono.empty();
		}

	}

}
