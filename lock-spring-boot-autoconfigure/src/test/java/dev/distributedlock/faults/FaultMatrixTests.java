package dev.distributedlock.faults;

import java.io.File;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tables of faults and of complaints about others name tests that exist.
 */
class FaultMatrixTests {

	private static final Path TABLE = Path.of("..", "docs", "faults.md");

	private static final Path COMPARISON = Path.of("..", "docs", "comparison.md");

	private static final Pattern REFERENCE = Pattern.compile("`(\\w+)#(\\w+)`");

	private static final Set<Class<? extends Annotation>> KINDS = Set.of(Test.class, ParameterizedTest.class,
			TestFactory.class);

	@Test
	void everyTestOfTheTableExists() throws Exception {
		String table = Files.readString(TABLE);
		assertThat(REFERENCE.matcher(table).results()).hasSizeGreaterThan(70);
		assertThat(missing(table)).isEmpty();
	}

	@Test
	void everyTestOfTheComparisonExists() throws Exception {
		String tables = Files.readString(COMPARISON);
		assertThat(REFERENCE.matcher(tables).results()).hasSizeGreaterThan(70);
		assertThat(missing(tables)).isEmpty();
	}

	@Test
	void testThatDoesNotExistIsFound() throws Exception {
		assertThat(missing("""
				| `FaultMatrixTests#everyTestOfTheTableExists` |
				| `FaultMatrixTests#missing`, `FaultMatrixTests#renamed`, `NoTests#renamed` |
				""")).containsExactly("FaultMatrixTests#missing", "FaultMatrixTests#renamed", "NoTests#renamed");
	}

	@Test
	void everyRowNamesATestOrIsSaidNotToBeCovered() throws Exception {
		String covered = Files.readString(TABLE).split("## Not covered")[0];
		assertThat(covered.lines().filter((line) -> line.startsWith("|")))
			.filteredOn((line) -> !line.startsWith("| ---") && !line.startsWith("| what") && !line.startsWith("| cond"))
			.hasSizeGreaterThan(50)
			.allMatch((line) -> REFERENCE.matcher(line).find() || line.contains("above"));
	}

	private static List<String> missing(String table) throws Exception {
		Map<String, Class<?>> classes = testClasses();
		List<String> missing = new ArrayList<>();
		Matcher references = REFERENCE.matcher(table);
		while (references.find()) {
			Class<?> type = classes.get(references.group(1));
			if (type == null || !hasTest(type, references.group(2))) {
				missing.add(references.group(1) + "#" + references.group(2));
			}
		}
		return missing;
	}

	private static Map<String, Class<?>> testClasses() throws IOException, URISyntaxException {
		Path root = Path.of(FaultMatrixTests.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		try (Stream<Path> files = Files.walk(root)) {
			return files.map((file) -> root.relativize(file).toString())
				.filter((file) -> file.matches("[^$]*(Tests|Contract)\\.class"))
				.map((file) -> load(file.replace(File.separatorChar, '.').replace(".class", "")))
				.collect(Collectors.toMap(Class::getSimpleName, (type) -> type));
		}
	}

	private static Class<?> load(String name) {
		try {
			return Class.forName(name, /* initialize= */ false, FaultMatrixTests.class.getClassLoader());
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static boolean hasTest(Class<?> type, String name) {
		for (Method method : type.getDeclaredMethods()) {
			if (method.getName().equals(name) && KINDS.stream().anyMatch(method::isAnnotationPresent)) {
				return true;
			}
		}
		return false;
	}

}
