package dev.distributedlock.interceptor

import dev.distributedlock.LockLease
import dev.distributedlock.LockMonitor
import dev.distributedlock.LockRegistry
import dev.distributedlock.LockRequest
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.springframework.context.ApplicationContext

internal fun with(test: suspend CoroutineScope.(CoroutinePayments, ApplicationContext) -> Unit) {
	LockedBeans.engine()
		.withPropertyValues("distributed-lock.locks.lost.lease-time=50ms", "distributed-lock.locks.lost.renew=false",
			"distributed-lock.shutdown-timeout=10ms")
		.withBean(CoroutinePayments::class.java)
		.run { context ->
			context.startupFailure?.let { throw AssertionError("Context did not start", it) }
			runBlocking { test(context.getBean(CoroutinePayments::class.java), context) }
		}
}

internal fun monitor(context: ApplicationContext): LockMonitor = context.getBean(LockMonitor::class.java)

internal fun held(context: ApplicationContext): Int = monitor(context).held().size

internal fun holdElsewhere(context: ApplicationContext, id: String): LockLease = context.getBean(LockRegistry::class.java)
	.acquireAsync(LockRequest.of("orders", id))
	.toCompletableFuture()
	.join()

/** Wait without blocking the thread that the coroutines of a test share. */
internal suspend fun until(what: String, condition: () -> Boolean) {
	val deadline = System.nanoTime() + 10_000_000_000
	while (!condition()) {
		check(System.nanoTime() < deadline) { "Timed out: $what" }
		delay(2)
	}
}
