package dev.distributedlock.sample.product;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/**
 * A product and its stock.
 *
 * @param sku its identity
 * @param name its name
 * @param initialStock how many there were before the first sale
 * @param stock how many are left, as written by the last purchase
 */
@Table
public record Product(@Id String sku, String name, int initialStock, int stock) {
}
