/**
 * Tests of the benchmarks' arithmetic.
 */
@NullMarked
package dev.distributedlock.benchmarks;

import org.jspecify.annotations.NullMarked;
