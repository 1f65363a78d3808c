package dev.distributedlock.interceptor

import dev.distributedlock.annotation.DistributedLock
import dev.distributedlock.annotation.TryLock
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.springframework.boot.test.system.CapturedOutput
import org.springframework.boot.test.system.OutputCaptureExtension
import reactor.core.publisher.Mono
import java.util.Optional

/**
 * What stops the start of an application in Kotlin, and what does not.
 */
@ExtendWith(OutputCaptureExtension::class)
internal class KotlinDeclarationTests {

	@Test
	fun skippingWhatIsNeverNullIsRefused() {
		refuses(SkippedText::class.java, "SkippedText.run(String): onFailure = \"SKIP\"", "String cannot be empty")
		refuses(SkippedPlainText::class.java, "SkippedPlainText.run(): onFailure = \"SKIP\"", "String cannot be empty")
	}

	@Test
	fun skippingWhatMayBeEmptyIsNot() = starts(SkippedOthers::class.java)

	@Test
	fun workThatGoesOnAfterTheFunctionIsRefused() {
		refuses(SuspendedMono::class.java, "SuspendedMono.run()", "suspends, and then returns a", "Mono")
		refuses(SuspendedDeferred::class.java, "SuspendedDeferred.run()", "suspends, and then returns a", "Deferred")
		refuses(PlainDeferred::class.java, "PlainDeferred.run()", "returns a kotlinx.coroutines.Deferred")
		refuses(HotFlow::class.java, "HotFlow.run()", "returns a kotlinx.coroutines.flow.StateFlow")
	}

	@Test
	fun fallbackThatDoesNotFitIsRefusedWithTheSignatureThatWould() {
		refuses(OtherFallback::class.java, "fallback = \"later\"", "returns java.lang.String",
			"int later(String, LockTimeoutException)")
		refuses(SuspendingFallback::class.java, "fallback = \"later\"", "has other parameters")
	}

	@Test
	fun continuationIsNoVariableOfTheKey() {
		refuses(ContinuationKey::class.java, "key = \"#p1\"", "p1")
		refuses(UnknownProperty::class.java, "property 'idd'", "id")
	}

	@Test
	fun finalClassIsRefusedWithTheWordThatOpensIt() {
		refuses(FinalClass::class.java, "FinalClass.run()", "is in a final class", "open")
	}

	@Test
	fun functionThatResumesItselfIsNoSelfInvocation(output: CapturedOutput) {
		starts(CoroutinePayments::class.java)
		assertThat(output).doesNotContain("CoroutinePayments")
	}

	private fun starts(type: Class<*>) {
		LockedBeans.engine().withBean(type).run { context -> assertThat(context.startupFailure).isNull() }
	}

	private fun refuses(type: Class<*>, vararg parts: String) {
		LockedBeans.engine().withBean(type).run { context ->
			assertThat(context.startupFailure).rootCause()
				.isInstanceOf(InvalidLockDeclarationException::class.java)
				.message()
				.contains(*parts)
		}
	}

	open class SkippedText {

		@TryLock
		open suspend fun run(id: String): String = id

	}

	open class SkippedPlainText {

		@TryLock
		open fun run(): String = ""

	}

	open class SkippedOthers {

		@TryLock
		open suspend fun count(): Int = 1

		@TryLock
		open suspend fun unit() = delay(1)

		@TryLock
		open suspend fun nullable(): String? = ""

		@TryLock
		open suspend fun optional(): Optional<String> = Optional.of("")

		@TryLock
		open fun plain(): String? = ""

	}

	open class SuspendedMono {

		@DistributedLock
		open suspend fun run(): Mono<String> = Mono.empty()

	}

	open class SuspendedDeferred {

		@DistributedLock
		open suspend fun run(): List<Deferred<String>> = listOf()

	}

	open class PlainDeferred {

		@DistributedLock
		open fun run(): Deferred<String> = CompletableDeferred("")

	}

	open class HotFlow {

		@DistributedLock
		open fun run(): StateFlow<String> = MutableStateFlow("")

	}

	open class OtherFallback {

		@DistributedLock(fallback = "later")
		open suspend fun run(id: String): Int = id.length

		private suspend fun later(id: String): String {
			delay(1)
			return id
		}

	}

	open class SuspendingFallback {

		@DistributedLock(fallback = "later")
		open fun run(id: String): String = id

		private suspend fun later(id: String): String {
			delay(1)
			return id
		}

	}

	open class ContinuationKey {

		@DistributedLock(name = "orders", key = "#p1")
		open suspend fun run(id: String): String = id

	}

	open class UnknownProperty {

		@DistributedLock(name = "orders", key = "#order.idd")
		open suspend fun run(order: Order): String = order.id

	}

	class FinalClass {

		@DistributedLock
		suspend fun run() = delay(1)

	}

}
