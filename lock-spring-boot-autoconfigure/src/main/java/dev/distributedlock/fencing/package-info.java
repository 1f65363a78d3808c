/**
 * Fencing: the resource itself refuses what a stale holder writes.
 * <p>
 * Every grant of a lock has a {@link dev.distributedlock.fencing.FencingToken token} that
 * is larger than those before. A {@link dev.distributedlock.fencing.FencingGuard guard}
 * beside the resource remembers the largest one it has seen and refuses smaller ones, so
 * that a holder that was paused, cut off or forgotten by its store cannot write any more
 * once its successor has begun. How strong that is depends on the guard: it has to look
 * and the resource has to write in one atomic step. The packages below have one for each
 * kind of resource; {@code docs/fencing.md} tells which to take.
 */
@NullMarked
package dev.distributedlock.fencing;

import org.jspecify.annotations.NullMarked;
