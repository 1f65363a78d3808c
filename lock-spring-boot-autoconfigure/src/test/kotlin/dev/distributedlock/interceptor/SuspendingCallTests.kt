package dev.distributedlock.interceptor

import dev.distributedlock.LockContext
import dev.distributedlock.LockLostException
import dev.distributedlock.LockTimeoutException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.junit.jupiter.api.Test
import java.io.IOException
import java.util.concurrent.CountDownLatch

/**
 * Suspending functions, as the compiler of Kotlin writes them, on the real engine.
 */
internal class SuspendingCallTests {

	@Test
	fun lockIsHeldUntilTheFunctionReturns() = with { payments, context ->
		val body = CompletableDeferred<String>()
		val call = async { payments.pay(Order("1")) { body.await() } }
		until("the grant") { held(context) == 1 }
		assertThat(call.isCompleted).isFalse()
		body.complete("paid")
		assertThat(call.await()).isEqualTo("paid")
		assertThat(held(context)).isZero()
	}

	@Test
	fun callersOfOneThreadTakeTurnsWithoutBlockingIt() = with { payments, context ->
		var inside = 0
		val calls = (1..5).map {
			async {
				payments.pay(Order("1")) {
					assertThat(++inside).isEqualTo(1)
					delay(5)
					inside--
					Thread.currentThread().id.toString()
				}
			}
		}
		assertThat(calls.map { it.await() }).hasSize(5).containsOnly(Thread.currentThread().id.toString())
		assertThat(held(context)).isZero()
	}

	@Test
	fun functionRunsInTheContextOfItsCaller() = with { payments, _ ->
		val name = withContext(Dispatchers.Default + CoroutineName("till")) {
			payments.pay(Order("1")) { currentCoroutineContext()[CoroutineName]?.name }
		}
		assertThat(name).isEqualTo("till")
	}

	@Test
	fun leaseIsThereOnEachThreadAndGoneAfterwards() = with { payments, _ ->
		assertThat(payments.tokenOnEachThread("1").distinct()).hasSize(1)
		assertThat(LockContext.find()).isEmpty()
		withContext(Dispatchers.IO) { assertThat(LockContext.find()).isEmpty() }
	}

	@Test
	fun coroutineIsReentrantWhereverItRuns() = with { payments, context ->
		val results = payments.pay(Order("1")) {
			delay(1)
			val blocking = payments.blocking("1") == LockContext.current().token()
			val children = coroutineScope {
				listOf(async { payments.atOnce("1") }, async(Dispatchers.IO) { payments.atOnce("1") }).map { it.await() }
			}
			"$blocking $children " + withContext(Dispatchers.IO) { payments.atOnce("1") }
		}
		assertThat(results).isEqualTo("true [at once 1, at once 1] at once 1")
		assertThat(held(context)).isZero()
	}

	@Test
	fun anotherCoroutineIsNotReentrant() = with { payments, _ ->
		payments.pay(Order("1")) {
			val other = launchElsewhere { payments.atOnce("1") }
			assertThatExceptionOfType(LockTimeoutException::class.java).isThrownBy { runBlocking { other.await() } }
			null
		}
	}

	@Test
	fun resultsOfAllKindsComeThrough() = with { payments, _ ->
		assertThat(payments.pay(Order("1")) { null }).isNull()
		assertThat(payments.count("123")).isEqualTo(3)
		assertThat(payments.nothing("1")).isEqualTo(Unit)
		assertThat(payments.runs.get()).isEqualTo(2)
		assertThat(payments.ofValueClass(OrderId("7"))).isEqualTo(OrderId("7 paid by orders:7"))
	}

	@Test
	fun keySeesTheArgumentsWithoutTheContinuation() = with { payments, _ ->
		assertThat(payments.arguments("9")).isEqualTo("orders:1-9")
	}

	@Test
	fun failureReleasesAndIsSeenAsItIs() = with { payments, context ->
		val failure = runCatching { payments.pay(Order("1")) { throw IOException("body") } }.exceptionOrNull()
		assertThat(failure).isInstanceOf(IOException::class.java).hasMessage("body")
		assertThat(held(context)).isZero()
	}

	@Test
	fun cancellationReleases() = with { payments, context ->
		val call = launch { payments.pay(Order("1")) { awaitCancellation() } }
		until("the grant") { held(context) == 1 }
		call.cancelAndJoin()
		until("the release") { held(context) == 0 }
	}

	@Test
	fun cancelledWorkKeepsItsLockUntilItHasEnded() = with { payments, context ->
		val started = CompletableDeferred<Unit>()
		val cleanUp = CompletableDeferred<Unit>()
		val call = launch(Dispatchers.Default) {
			payments.pay(Order("1")) {
				try {
					started.complete(Unit)
					awaitCancellation()
				} finally {
					withContext(NonCancellable) { cleanUp.await() }
				}
			}
		}
		started.await()
		call.cancelAndJoin()
		assertThat(runCatching { payments.atOnce("1") }.exceptionOrNull()).isInstanceOf(LockTimeoutException::class.java)
		assertThat(held(context)).isEqualTo(1)
		cleanUp.complete(Unit)
		until("the release") { held(context) == 0 }
	}

	@Test
	fun blockingWorkThatIgnoresItsCancellationKeepsItsLock() = with { payments, context ->
		val end = CountDownLatch(1)
		val call = launch(Dispatchers.IO) {
			payments.pay(Order("1")) {
				end.await()
				null
			}
		}
		until("the work") { payments.runs.get() == 1 }
		call.cancelAndJoin()
		assertThat(held(context)).isEqualTo(1)
		end.countDown()
		until("the release") { held(context) == 0 }
	}

	@Test
	fun cancellationEndsTheWait() = with { payments, context ->
		holdElsewhere(context, "1")
		val call = launch { payments.pay(Order("1")) { null } }
		until("the wait") { monitor(context).waiting().size == 1 }
		call.cancelAndJoin()
		until("the end of the wait") { monitor(context).waiting().isEmpty() }
		assertThat(payments.runs.get()).isZero()
	}

	@Test
	fun nothingIsLeftLockedHoweverCancellationAndGrantMeet() = with { payments, context ->
		for (i in 0 until 300) {
			val call = launch(Dispatchers.Default) { payments.pay(Order("1")) { awaitCancellation() } }
			repeat(i * 20) { Thread.onSpinWait() }
			call.cancel()
		}
		until("the last release") { held(context) == 0 && monitor(context).waiting().isEmpty() }
	}

	@Test
	fun busyLockFailsIsSkippedOrAnswered() = with { payments, context ->
		holdElsewhere(context, "1")
		val failure = runCatching { payments.atOnce("1") }.exceptionOrNull()
		assertThat(failure).isInstanceOf(LockTimeoutException::class.java)
		assertThat(payments.skipped("1")).isNull()
		assertThat(payments.skippedCount("1")).isZero()
		payments.skippedUnit("1")
		assertThat(payments.skippedLines("1").toList()).isEmpty()
		assertThat(payments.answered("1")).isEqualTo("later 1: LockTimeoutException")
		assertThat(payments.answeredAtOnce("1")).isEqualTo("later 1")
		assertThat(payments.runs.get()).isZero()
		assertThat(payments.skipped("2")).isEqualTo("ran 2")
	}

	@Test
	fun falseConditionRunsWithoutLock() = with { payments, _ ->
		assertThat(payments.conditional("free")).isFalse()
		assertThat(payments.conditional("other")).isTrue()
	}

	@Test
	fun lossFailsIsLoggedOrCancels() = with { payments, _ ->
		assertThat(runCatching { payments.lostAndThrown() }.exceptionOrNull()).isInstanceOf(LockLostException::class.java)
		assertThat(payments.lostAndLogged()).isEqualTo("late")
		assertThat(runCatching { payments.lostAndCancelled() }.exceptionOrNull())
			.isInstanceOf(LockLostException::class.java)
	}

	private fun launchElsewhere(body: suspend () -> String) =
		CoroutineScope(Dispatchers.Default).async { body() }

}
