/**
 * Fencing of entities of Jakarta Persistence: the token is an attribute of the entity.
 */
@NullMarked
package dev.distributedlock.fencing.jpa;

import org.jspecify.annotations.NullMarked;
