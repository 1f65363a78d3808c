package dev.distributedlock.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.boot.convert.DurationStyle;

/**
 * What the user asked for with {@code -Dname=value} before {@code -jar}.
 */
final class Settings {

	/** Prefix of the settings that are handed to the library under test. */
	private static final String OURS = "ours.";

	/** What a child process has to know of its parent's settings. */
	private static final List<String> INHERITED = List.of("rivals", "section", "threads");

	private Settings() {
	}

	static int number(String name, int defaultValue) {
		return numbers(name, Integer.toString(defaultValue)).get(0);
	}

	static List<Integer> numbers(String name, String defaultValues) {
		return words(name, defaultValues).stream().map(Integer::valueOf).toList();
	}

	static List<String> words(String name, String defaultValues) {
		return Arrays.stream(System.getProperty(name, defaultValues).split(","))
			.map(String::trim)
			.filter((word) -> !word.isEmpty())
			.toList();
	}

	/** A duration such as {@code 600us}, {@code 1ms} or {@code 30s}. */
	static Duration duration(String name, String defaultValue) {
		return DurationStyle.detectAndParse(System.getProperty(name, defaultValue));
	}

	/**
	 * Return the settings of the library: {@code -Dours.x=y} is
	 * {@code distributed-lock.x=y}.
	 * @return names and values
	 */
	static Map<String, Object> ofOurs() {
		Map<String, Object> properties = new LinkedHashMap<>();
		System.getProperties().stringPropertyNames().stream().sorted().forEach((name) -> {
			if (name.startsWith(OURS)) {
				properties.put("distributed-lock." + name.substring(OURS.length()), System.getProperty(name));
			}
		});
		return properties;
	}

	/**
	 * Return the options of the command line with which a child process gets the same
	 * settings.
	 * @return {@code -Dname=value} each
	 */
	static List<String> forChild() {
		return System.getProperties()
			.stringPropertyNames()
			.stream()
			.filter((name) -> name.startsWith(OURS) || INHERITED.contains(name))
			.map((name) -> "-D" + name + "=" + System.getProperty(name))
			.toList();
	}

}
