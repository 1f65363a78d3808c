/**
 * What an application writes: the annotations, and the beans that they name. Needs
 * nothing but {@code spring-core}.
 */
@NullMarked
package dev.distributedlock.annotation;

import org.jspecify.annotations.NullMarked;
