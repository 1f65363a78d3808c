/**
 * A shop whose stock is safe under the distributed lock, and is not without it.
 */
@NullMarked
package dev.distributedlock.sample;

import org.jspecify.annotations.NullMarked;
