package dev.distributedlock.sample.order;

import java.math.BigDecimal;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * Money that was taken for an order.
 *
 * @param id its number, given by the database
 * @param orderId the order
 * @param amount how much
 * @param instance the instance that charged
 * @param chargedAt when
 */
@Table
public record Charge(@Id @Nullable Long id, String orderId, BigDecimal amount, String instance, Instant chargedAt) {
}
