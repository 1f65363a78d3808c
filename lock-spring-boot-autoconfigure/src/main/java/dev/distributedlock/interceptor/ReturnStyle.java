package dev.distributedlock.interceptor;

/**
 * When a call is over, as its return type tells.
 */
enum ReturnStyle {

	/** When the method returns. */
	VALUE,

	/** When the stage that the method returns is complete. */
	STAGE,

	/** When the subscription to what the method returns ends. */
	PUBLISHER,

	/** When the collection of the Kotlin {@code Flow} that the method returns ends. */
	FLOW,

	/** When the coroutine of the suspending function has ended. */
	COROUTINE

}
