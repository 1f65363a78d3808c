/**
 * What happens to locks, as application events of Spring:
 * {@link dev.distributedlock.event.LockAcquiredEvent},
 * {@link dev.distributedlock.event.LockNotAcquiredEvent},
 * {@link dev.distributedlock.event.LockReleasedEvent},
 * {@link dev.distributedlock.event.LockRenewalFailedEvent} and
 * {@link dev.distributedlock.LockLostEvent}.
 *
 * <pre>{@code
 * &#64;EventListener
 * void alert(LockLostEvent loss) { ... }
 * }</pre>
 * <p>
 * They come in the order in which they happened, on one thread of their own: listeners
 * may take their time and may fail, which neither delays nor changes anything about the
 * locks, and have nothing of the thread that it happened to (transaction, security, MDC).
 * Events nobody listens to are not made. Who has to be told on the spot, and returns at
 * once, is a {@link dev.distributedlock.LockListener}.
 */
@NullMarked
package dev.distributedlock.event;

import org.jspecify.annotations.NullMarked;
