/**
 * Auto-configuration of the fencing guard for relational databases.
 */
@NullMarked
package dev.distributedlock.autoconfigure.fencing.jdbc;

import org.jspecify.annotations.NullMarked;
