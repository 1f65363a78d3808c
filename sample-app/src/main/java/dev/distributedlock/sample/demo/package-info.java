/**
 * What makes the lock visible and no shop would have: races on demand and a holder that
 * takes its time.
 */
@NullMarked
package dev.distributedlock.sample.demo;

import org.jspecify.annotations.NullMarked;
