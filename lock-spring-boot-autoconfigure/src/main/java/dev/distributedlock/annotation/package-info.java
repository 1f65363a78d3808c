/**
 * What an application writes: the annotation. Needs nothing but {@code spring-core}.
 */
@NullMarked
package dev.distributedlock.annotation;

import org.jspecify.annotations.NullMarked;
