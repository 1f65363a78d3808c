/**
 * Distributed locks: the API. Free of Spring and of any store.
 */
@NullMarked
package dev.distributedlock;

import org.jspecify.annotations.NullMarked;
