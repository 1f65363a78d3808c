@NullMarked
package dev.distributedlock.test;

import org.jspecify.annotations.NullMarked;
