/**
 * The rules that keep the layers of this library apart, and proof that each of them can
 * fail.
 */
@NullMarked
package dev.distributedlock.architecture;

import org.jspecify.annotations.NullMarked;
