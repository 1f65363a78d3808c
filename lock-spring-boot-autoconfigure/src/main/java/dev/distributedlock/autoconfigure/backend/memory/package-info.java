/**
 * Auto-configuration of the store in memory.
 */
@NullMarked
package dev.distributedlock.autoconfigure.backend.memory;

import org.jspecify.annotations.NullMarked;
