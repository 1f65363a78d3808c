package dev.distributedlock.sample;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients of the shop, over HTTP. */
final class Buyers {

	private static final JsonMapper json = JsonMapper.builder().build();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final List<URI> instances;

	Buyers(List<URI> instances) {
		this.instances = instances;
	}

	/** Let many buy at once, turn by turn through the instances. */
	List<Integer> buyAtOnce(int count, String path) {
		List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, count)
			.mapToObj((buyer) -> post(this.instances.get(buyer % this.instances.size()), path, ""))
			.toList();
		return answers.stream().map((answer) -> answer.join().statusCode()).toList();
	}

	CompletableFuture<HttpResponse<String>> post(URI instance, String path, String body) {
		return this.client.sendAsync(request(instance, path).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body))
			.build(), BodyHandlers.ofString());
	}

	JsonNode get(URI instance, String path) {
		return json.readTree(text(instance, path));
	}

	String text(URI instance, String path) {
		HttpResponse<String> answer = this.client
			.sendAsync(request(instance, path).GET().build(), BodyHandlers.ofString())
			.join();
		if (answer.statusCode() != 200) {
			throw new IllegalStateException(answer + ": " + answer.body());
		}
		return answer.body();
	}

	static JsonNode read(HttpResponse<String> answer) {
		return json.readTree(answer.body());
	}

	static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static HttpRequest.Builder request(URI instance, String path) {
		return HttpRequest.newBuilder(instance.resolve(path)).timeout(Duration.ofSeconds(120));
	}

}
