/**
 * Auto-configuration of what locks have to do with transactions.
 */
@NullMarked
package dev.distributedlock.autoconfigure.transaction;

import org.jspecify.annotations.NullMarked;
