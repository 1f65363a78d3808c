package dev.distributedlock.sample.product;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a buyer.
 *
 * @param sku what was bought
 * @param left how many were left then, as the seller saw it
 * @param instance the instance that sold it
 * @param token the fencing token it was sold under, {@code null} without lock
 */
public record Purchase(String sku, int left, String instance, @Nullable Long token) {
}
