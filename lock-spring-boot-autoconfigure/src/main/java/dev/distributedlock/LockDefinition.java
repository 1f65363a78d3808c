package dev.distributedlock;

/**
 * A lock that is declared in the application, for start-up reports, meters and the
 * endpoint.
 *
 * @param name the name of the lock
 * @param location where it is declared, such as {@code OrderService.pay(Order)}
 * @param key the expression of its key, empty if there is one lock only
 * @param options what the declaration itself asks for
 */
public record LockDefinition(String name, String location, String key, LockOptions options) {
}
