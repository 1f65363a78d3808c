/**
 * Tests of fencing guards.
 */
@NullMarked
package dev.distributedlock.fencing;

import org.jspecify.annotations.NullMarked;
