@NullMarked
package dev.distributedlock.autoconfigure;

import org.jspecify.annotations.NullMarked;
