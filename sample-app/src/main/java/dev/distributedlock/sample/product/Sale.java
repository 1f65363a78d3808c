package dev.distributedlock.sample.product;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A sale, a fact.
 *
 * @param id its number, given by the database
 * @param sku what was sold
 * @param instance who sold it
 * @param token the fencing token it was sold under, if any
 * @param soldAt when it was sold
 */
@Table
public record Sale(@Id @Nullable Long id, String sku, String instance, @Nullable Long token, Instant soldAt) {
}
