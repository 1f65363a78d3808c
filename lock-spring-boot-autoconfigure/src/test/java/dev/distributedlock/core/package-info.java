@NullMarked
package dev.distributedlock.core;

import org.jspecify.annotations.NullMarked;
