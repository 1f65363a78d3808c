package dev.distributedlock.interceptor;

import java.util.List;

import dev.distributedlock.LockContext;
import dev.distributedlock.LockLease;
import kotlin.Unit;
import kotlin.coroutines.AbstractCoroutineContextElement;
import kotlin.coroutines.CoroutineContext;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.ThreadContextElement;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The leases that a coroutine runs under, on whatever thread: while it runs on one, that
 * thread's {@link LockContext} has them. Coroutines that it starts inherit them.
 */
// The first coroutine that runs with this element is that of the locked function. It is
// noted before its first line runs, and a coroutine that is cancelled before that never
// runs one: who cancels it, then asks for its end, and finds none noted, need not wait.
final class LeasesOfCoroutine extends AbstractCoroutineContextElement
		implements ThreadContextElement<List<LockContext.Scope>> {

	private static final CoroutineContext.Key<LeasesOfCoroutine> KEY = new CoroutineContext.Key<>() {
	};

	private final List<LockLease> leases;

	private volatile @Nullable Job coroutine;

	LeasesOfCoroutine(List<LockLease> leases) {
		super(KEY);
		this.leases = leases;
	}

	@Override
	public List<LockContext.Scope> updateThreadContext(CoroutineContext context) {
		if (this.coroutine == null) {
			this.coroutine = context.get(Job.Key);
		}
		return LockScopes.attach(this.leases);
	}

	@Override
	public void restoreThreadContext(CoroutineContext context, List<LockContext.Scope> scopes) {
		LockScopes.end(scopes);
	}

	/** Return what completes when the coroutine has ended, at once if it never began. */
	Mono<Void> end() {
		return Mono.create((sink) -> {
			Job job = this.coroutine;
			if (job == null) {
				sink.success();
				return;
			}
			job.invokeOnCompletion((cause) -> {
				sink.success();
				return Unit.INSTANCE;
			});
		});
	}

}
