package dev.distributedlock.architecture.planted;

/**
 * Planted: bears the name of the annotation.
 */
interface DistributedLock {

}
