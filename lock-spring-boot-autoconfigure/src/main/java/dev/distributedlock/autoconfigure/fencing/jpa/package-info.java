/**
 * Auto-configuration of the check of fenced entities.
 */
@NullMarked
package dev.distributedlock.autoconfigure.fencing.jpa;

import org.jspecify.annotations.NullMarked;
