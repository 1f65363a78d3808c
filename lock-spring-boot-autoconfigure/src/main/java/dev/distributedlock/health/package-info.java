/**
 * Health of the store that holds the locks.
 */
@NullMarked
package dev.distributedlock.health;

import org.jspecify.annotations.NullMarked;
