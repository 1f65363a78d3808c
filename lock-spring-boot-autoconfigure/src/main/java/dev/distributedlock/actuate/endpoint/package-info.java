/**
 * Actuator endpoint that shows locks to operators.
 */
@NullMarked
package dev.distributedlock.actuate.endpoint;

import org.jspecify.annotations.NullMarked;
