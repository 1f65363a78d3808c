/**
 * The engine on a real Redis while things go wrong: processes are killed and stopped,
 * threads interrupted, connections cut, data lost.
 */
@NullMarked
package dev.distributedlock.faults;

import org.jspecify.annotations.NullMarked;
