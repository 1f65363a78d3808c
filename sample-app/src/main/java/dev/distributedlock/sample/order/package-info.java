/**
 * Orders are charged once, however often a client asks.
 */
@NullMarked
package dev.distributedlock.sample.order;

import org.jspecify.annotations.NullMarked;
