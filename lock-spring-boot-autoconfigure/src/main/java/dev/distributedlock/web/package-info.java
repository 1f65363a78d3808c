/**
 * Locks and HTTP: what a client is told when a lock could not be had or kept.
 */
@NullMarked
package dev.distributedlock.web;

import org.jspecify.annotations.NullMarked;
