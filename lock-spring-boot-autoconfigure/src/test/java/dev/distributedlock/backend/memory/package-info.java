/** Tests of the store in memory. */
@NullMarked
package dev.distributedlock.backend.memory;

import org.jspecify.annotations.NullMarked;
