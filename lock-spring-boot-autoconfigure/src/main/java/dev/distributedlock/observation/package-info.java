/**
 * Meters of what happens to the locks of this instance.
 */
@NullMarked
package dev.distributedlock.observation;

import org.jspecify.annotations.NullMarked;
