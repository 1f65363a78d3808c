package dev.distributedlock.sample;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the shop.
 *
 * @param instance the name of this instance
 * @param workTime what the price calculation and the payment provider take
 * @param instances where a race looks for instances beside this one
 */
@ConfigurationProperties("shop")
public record ShopProperties(@DefaultValue("shop") String instance, @DefaultValue("20ms") Duration workTime,
		@DefaultValue List<URI> instances) {
}
