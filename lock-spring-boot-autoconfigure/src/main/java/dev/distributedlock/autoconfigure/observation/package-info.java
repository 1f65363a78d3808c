/**
 * Auto-configuration of the meters.
 */
@NullMarked
package dev.distributedlock.autoconfigure.observation;

import org.jspecify.annotations.NullMarked;
