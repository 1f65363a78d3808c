/**
 * Tests of the shop: in one process and in two.
 */
@NullMarked
package dev.distributedlock.sample;

import org.jspecify.annotations.NullMarked;
