/**
 * The locks of a reactive chain, which the Reactor context carries.
 */
@NullMarked
package dev.distributedlock.reactive;

import org.jspecify.annotations.NullMarked;
