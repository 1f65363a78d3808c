/**
 * Auto-configuration of the health indicator.
 */
@NullMarked
package dev.distributedlock.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
