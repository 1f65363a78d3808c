/**
 * A scheduled job that runs on one instance at a time.
 */
@NullMarked
package dev.distributedlock.sample.report;

import org.jspecify.annotations.NullMarked;
