/**
 * Checks the model of the protocol in {@code docs/model}.
 */
@NullMarked
package dev.distributedlock.model;

import org.jspecify.annotations.NullMarked;
