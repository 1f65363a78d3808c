/**
 * Auto-configuration of application events.
 */
@NullMarked
package dev.distributedlock.autoconfigure.event;

import org.jspecify.annotations.NullMarked;
