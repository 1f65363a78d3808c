/**
 * Tests of fencing across HTTP.
 */
@NullMarked
package dev.distributedlock.fencing.http;

import org.jspecify.annotations.NullMarked;
