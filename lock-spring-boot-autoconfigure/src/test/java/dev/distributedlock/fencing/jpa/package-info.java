/**
 * Tests of fenced entities, with Hibernate.
 */
@NullMarked
package dev.distributedlock.fencing.jpa;

import org.jspecify.annotations.NullMarked;
