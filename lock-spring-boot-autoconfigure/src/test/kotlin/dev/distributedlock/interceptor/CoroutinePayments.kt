package dev.distributedlock.interceptor

import dev.distributedlock.LockContext
import dev.distributedlock.LockTimeoutException
import dev.distributedlock.annotation.DistributedLock
import dev.distributedlock.annotation.OnLockLost
import dev.distributedlock.annotation.TryLock
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.withContext
import java.util.concurrent.atomic.AtomicInteger

@JvmInline
value class OrderId(val value: String)

data class Order(val id: String)

/** What an application writes in Kotlin. */
open class CoroutinePayments {

	open val runs = AtomicInteger()

	@DistributedLock(name = "orders", key = "#order.id")
	open suspend fun pay(order: Order, body: suspend () -> String?): String? {
		runs.incrementAndGet()
		return body()
	}

	@DistributedLock(name = "orders", key = "#id", waitTime = "0")
	open suspend fun atOnce(id: String): String = "at once $id"

	@DistributedLock(name = "orders", key = "#id", waitTime = "0")
	open fun blocking(id: String): Long = LockContext.current().token()

	@DistributedLock(name = "orders", key = "#id")
	open suspend fun tokenOnEachThread(id: String): List<Long> {
		val tokens = mutableListOf(LockContext.current().token())
		delay(1)
		tokens += LockContext.current().token()
		withContext(Dispatchers.IO) { tokens += LockContext.current().token() }
		tokens += LockContext.current().token()
		return tokens
	}

	@DistributedLock(name = "orders", key = "#id")
	open suspend fun count(id: String): Int = id.length

	@DistributedLock(name = "orders", key = "#id")
	open suspend fun nothing(id: String) {
		delay(1)
		runs.incrementAndGet()
	}

	@DistributedLock(name = "orders", key = "#id")
	open suspend fun ofValueClass(id: OrderId): OrderId = OrderId(id.value + " paid by " + LockContext.current().key())

	@DistributedLock(name = "orders", key = "#root.args.length + '-' + #p0")
	open suspend fun arguments(id: String): String = LockContext.current().key().toString()

	@TryLock(name = "orders", key = "#id")
	open suspend fun skipped(id: String): String? = "ran $id"

	@TryLock(name = "orders", key = "#id")
	open suspend fun skippedCount(id: String): Int = runs.incrementAndGet()

	@TryLock(name = "orders", key = "#id")
	open suspend fun skippedUnit(id: String) {
		runs.incrementAndGet()
	}

	@TryLock(name = "orders", key = "#id")
	open fun skippedLines(id: String): Flow<String> = flowOf("ran $id")

	@DistributedLock(name = "orders", key = "#id", waitTime = "0", fallback = "payLater")
	open suspend fun answered(id: String): String = "ran $id"

	private suspend fun payLater(id: String, busy: LockTimeoutException): String {
		delay(1)
		return "later $id: " + busy.javaClass.simpleName
	}

	@DistributedLock(name = "orders", key = "#id", waitTime = "0", fallback = "payAtOnceLater")
	open suspend fun answeredAtOnce(id: String): String = "ran $id"

	private fun payAtOnceLater(id: String) = "later $id"

	@DistributedLock(name = "orders", key = "#id", condition = "#id != 'free'")
	open suspend fun conditional(id: String): Boolean = LockContext.find().isPresent

	@DistributedLock(name = "orders", key = "#id")
	open fun lines(id: String, body: Flow<String?>): Flow<String?> = body

	@DistributedLock(name = "orders", key = "#id")
	open suspend fun suspendedLines(id: String, body: Flow<String>): Flow<String> {
		delay(1)
		return body
	}

	@DistributedLock(name = "lost")
	open suspend fun lostAndThrown(): String = untilLost()

	@DistributedLock(name = "lost", onLockLost = OnLockLost.LOG)
	open suspend fun lostAndLogged(): String = untilLost()

	@DistributedLock(name = "lost", onLockLost = OnLockLost.INTERRUPT)
	open suspend fun lostAndCancelled(): String = awaitCancellation()

	private suspend fun untilLost(): String {
		while (LockContext.current().isValid) {
			delay(5)
		}
		return "late"
	}

}
