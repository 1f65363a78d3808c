/**
 * Auto-configuration of distributed locks. The packages below mirror those of the
 * runtime.
 */
@NullMarked
package dev.distributedlock.autoconfigure;

import org.jspecify.annotations.NullMarked;
