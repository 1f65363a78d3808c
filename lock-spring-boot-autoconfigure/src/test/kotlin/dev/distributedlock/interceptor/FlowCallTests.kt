package dev.distributedlock.interceptor

import dev.distributedlock.LockContext
import dev.distributedlock.LockTimeoutException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import java.io.IOException

/**
 * Functions that return flows, on the real engine.
 */
internal class FlowCallTests {

	@Test
	fun lockIsTakenByTheCollectionAndHeldForAllElements() = with { payments, context ->
		val lines = payments.lines("1", flow {
			delay(1)
			repeat(3) { emit(held(context).toString()) }
		})
		assertThat(held(context)).isZero()
		repeat(2) { assertThat(lines.toList()).containsExactly("1", "1", "1") }
		assertThat(held(context)).isZero()
	}

	@Test
	fun collectorHandlesEachElementUnderTheLock() = with { payments, context ->
		val handled = mutableListOf<Int>()
		payments.lines("1", flowOf("a", "b", "c")).collect {
			delay(5)
			handled += held(context)
		}
		assertThat(handled).containsExactly(1, 1, 1)
		assertThat(held(context)).isZero()
	}

	@Test
	fun elementsMayBeNull() = with { payments, _ ->
		assertThat(payments.lines("1", flowOf("a", null, "c")).toList()).containsExactly("a", null, "c")
	}

	@Test
	fun flowRunsInTheContextOfItsCollectorAndUnderItsLease() = with { payments, _ ->
		val line = withContext(Dispatchers.Default + CoroutineName("till")) {
			payments.lines("1", flow {
				delay(1)
				emit("" + currentCoroutineContext()[CoroutineName]?.name + " " + LockContext.current().key())
			}).toList()
		}
		assertThat(line).containsExactly("till orders:1")
	}

	@Test
	fun flowIsReentrant() = with { payments, _ ->
		val lines = payments.lines("1", flow {
			emit(payments.atOnce("1"))
			delay(1)
			emit(payments.blocking("1").toString())
		}).map { "" + it }
		assertThat(lines.toList()).hasSize(2)
	}

	@Test
	fun failureReleasesAndIsSeenAsItIs() = with { payments, context ->
		val failure = runCatching { payments.lines("1", flow { throw IOException("body") }).toList() }.exceptionOrNull()
		assertThat(failure).isInstanceOf(IOException::class.java).hasMessage("body")
		assertThat(held(context)).isZero()
	}

	@Test
	fun collectorThatHasEnoughReleases() = with { payments, context ->
		assertThat(payments.lines("1", flow { while (true) { emit("x") } }).take(2).toList()).hasSize(2)
		until("the release") { held(context) == 0 }
	}

	@Test
	fun cancelledCollectionKeepsItsLockUntilItHasEnded() = with { payments, context ->
		val started = CompletableDeferred<Unit>()
		val cleanUp = CompletableDeferred<Unit>()
		val collection = launch(Dispatchers.Default) {
			payments.lines("1", flow {
				try {
					started.complete(Unit)
					awaitCancellation()
				} finally {
					withContext(NonCancellable) { cleanUp.await() }
				}
			}).collect()
		}
		started.await()
		collection.cancelAndJoin()
		assertThat(runCatching { payments.atOnce("1") }.exceptionOrNull()).isInstanceOf(LockTimeoutException::class.java)
		assertThat(held(context)).isEqualTo(1)
		cleanUp.complete(Unit)
		until("the release") { held(context) == 0 }
	}

	@Test
	fun suspendingFunctionsMayReturnFlows() = with { payments, context ->
		val lines = payments.suspendedLines("1", flow { repeat(2) { emit(held(context).toString()) } })
		assertThat(held(context)).isZero()
		assertThat(lines.toList()).containsExactly("1", "1")
		until("the release") { held(context) == 0 }
	}

}
