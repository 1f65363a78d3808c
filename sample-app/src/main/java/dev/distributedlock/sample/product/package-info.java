/**
 * Products and purchases: the stock is read, work is done, the stock is written, under
 * the lock {@code stock} of the product and fenced with its token, or without it.
 */
@NullMarked
package dev.distributedlock.sample.product;

import org.jspecify.annotations.NullMarked;
