/**
 * Tests of what HTTP clients are told.
 */
@NullMarked
package dev.distributedlock.web;

import org.jspecify.annotations.NullMarked;
