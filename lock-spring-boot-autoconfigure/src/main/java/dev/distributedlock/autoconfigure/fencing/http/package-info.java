/**
 * Auto-configuration of services that refuse stale callers.
 */
@NullMarked
package dev.distributedlock.autoconfigure.fencing.http;

import org.jspecify.annotations.NullMarked;
