/**
 * What locks cost. Rivals on the same Redis take turns within one run, so that the noise
 * of the machine meets all of them, and what counts are ratios.
 */
@NullMarked
package dev.distributedlock.benchmarks;

import org.jspecify.annotations.NullMarked;
