/**
 * Tests of the arithmetic, the delay proxy and the checks of the benchmarks.
 */
@NullMarked
package dev.distributedlock.benchmarks;

import org.jspecify.annotations.NullMarked;
