/**
 * Auto-configuration of what HTTP clients are told.
 */
@NullMarked
package dev.distributedlock.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
