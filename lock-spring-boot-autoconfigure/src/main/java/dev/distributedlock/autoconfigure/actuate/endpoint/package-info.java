/**
 * Auto-configuration of the endpoint.
 */
@NullMarked
package dev.distributedlock.autoconfigure.actuate.endpoint;

import org.jspecify.annotations.NullMarked;
