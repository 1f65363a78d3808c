/**
 * Tests of the fencing guard on real databases.
 */
@NullMarked
package dev.distributedlock.fencing.jdbc;

import org.jspecify.annotations.NullMarked;
