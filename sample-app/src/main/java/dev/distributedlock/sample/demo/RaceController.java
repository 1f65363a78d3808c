package dev.distributedlock.sample.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.distributedlock.sample.RefusedException;
import dev.distributedlock.sample.ShopProperties;
import dev.distributedlock.sample.product.Inventory;
import dev.distributedlock.sample.product.PurchaseService;

import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * <strong>Demo only.</strong> Fills the stock and lets many buyers in at once, over HTTP,
 * turn by turn through this instance and those of {@code shop.instances} that answer.
 */
@RestController
final class RaceController {

	private static final int MOST = 1000;

	private static final Duration ANSWER = Duration.ofSeconds(60);

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(5))
		.build();

	private final Environment environment;

	private final ShopProperties properties;

	private final PurchaseService service;

	private final Inventory inventory;

	RaceController(Environment environment, ShopProperties properties, PurchaseService service, Inventory inventory) {
		this.environment = environment;
		this.properties = properties;
		this.service = service;
		this.inventory = inventory;
	}

	@PostMapping("/api/products/{sku}/races")
	Race race(@PathVariable String sku, @RequestParam(defaultValue = "200") int purchases,
			@RequestParam(defaultValue = "true") boolean locked) {
		if (purchases < 1 || purchases > MOST) {
			throw new RefusedException(HttpStatus.BAD_REQUEST, "Invalid number of purchases",
					"'purchases' must be between 1 and " + MOST + " but was " + purchases);
		}
		this.service.refill(sku);
		List<URI> instances = instances();
		String path = (locked ? "/api" : "/api/unlocked") + "/products/" + sku + "/purchases";
		long start = System.nanoTime();
		List<CompletableFuture<Integer>> answers = IntStream.range(0, purchases)
			.mapToObj((buyer) -> buy(instances.get(buyer % instances.size()).resolve(path)))
			.toList();
		List<Integer> statuses = answers.stream().map(CompletableFuture::join).toList();
		long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
		long bought = statuses.stream().filter((status) -> status == HttpStatus.CREATED.value()).count();
		long refused = statuses.stream().filter((status) -> status == HttpStatus.CONFLICT.value()).count();
		return new Race(locked, purchases, bought, refused, purchases - bought - refused, millis, instances,
				this.inventory.level(sku));
	}

	private CompletableFuture<Integer> buy(URI uri) {
		HttpRequest request = HttpRequest.newBuilder(uri)
			.timeout(ANSWER)
			.POST(HttpRequest.BodyPublishers.noBody())
			.build();
		return this.client.sendAsync(request, BodyHandlers.discarding())
			.handle((response, failure) -> (failure != null) ? 0 : status(response));
	}

	/** Busy is 409 like sold out, but may be tried again; nothing was decided. */
	private static int status(HttpResponse<?> response) {
		return response.headers().firstValue(HttpHeaders.RETRY_AFTER).isPresent() ? 0 : response.statusCode();
	}

	private List<URI> instances() {
		URI self = URI.create("http://127.0.0.1:" + this.environment.getRequiredProperty("local.server.port"));
		return Stream.concat(Stream.of(self), this.properties.instances().stream())
			.distinct()
			.filter((instance) -> instance.equals(self) || answers(instance))
			.toList();
	}

	private boolean answers(URI instance) {
		HttpRequest request = HttpRequest.newBuilder(instance.resolve("/api/products")).build();
		try {
			return this.client.sendAsync(request, BodyHandlers.discarding())
				.get(1, TimeUnit.SECONDS)
				.statusCode() == HttpStatus.OK.value();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
		catch (ExecutionException | TimeoutException ex) {
			return false;
		}
	}

}
