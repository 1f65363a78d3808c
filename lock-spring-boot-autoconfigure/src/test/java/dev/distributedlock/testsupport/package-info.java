/**
 * Real servers for tests.
 */
@NullMarked
package dev.distributedlock.testsupport;

import org.jspecify.annotations.NullMarked;
