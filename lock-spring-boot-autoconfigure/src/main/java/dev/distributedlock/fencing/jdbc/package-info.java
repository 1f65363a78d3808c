/**
 * Fencing of what is written to relational databases over JDBC.
 */
@NullMarked
package dev.distributedlock.fencing.jdbc;

import org.jspecify.annotations.NullMarked;
