package dev.distributedlock.architecture.planted.autoconfigure.health;

/**
 * Planted: what the general configuration must not know.
 */
public final class HealthPart {

}
