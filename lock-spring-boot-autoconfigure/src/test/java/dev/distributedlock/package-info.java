@NullMarked
package dev.distributedlock;

import org.jspecify.annotations.NullMarked;
