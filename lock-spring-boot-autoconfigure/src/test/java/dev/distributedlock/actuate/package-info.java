/**
 * Tests of what operators see.
 */
@NullMarked
package dev.distributedlock.actuate;

import org.jspecify.annotations.NullMarked;
