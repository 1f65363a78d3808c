package com.example.shop;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.DistributedLocks;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.classreading.CachingMetadataReaderFactory;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the library offers and no application uses has not been seen working.
 */
class EverythingIsUsedTests {

	private static final String ANNOTATIONS = ClassUtils.getPackageName(DistributedLock.class);

	@Test
	void eachAttributeIsUsed() throws IOException {
		Set<String> used = elements(classes("com.example.shop"))
			.flatMap((element) -> Arrays.stream(element.getAnnotationsByType(DistributedLock.class)))
			.flatMap((lock) -> attributes().filter((attribute) -> isUsed(attribute, lock)))
			.map(Method::getName)
			.collect(Collectors.toSet());
		assertThat(attributes().map(Method::getName)).isSubsetOf(used);
	}

	@Test
	void eachAnnotationIsUsed() throws IOException {
		List<Class<?>> offered = classes(ANNOTATIONS).stream().filter(Class::isAnnotation).toList();
		Set<Class<? extends Annotation>> used = elements(classes("com.example.shop"))
			.flatMap((element) -> Arrays.stream(element.getDeclaredAnnotations()))
			.map(Annotation::annotationType)
			.collect(Collectors.toSet());
		assertThat(offered).contains(DistributedLock.class, DistributedLocks.class);
		assertThat(offered).isSubsetOf(used);
	}

	@Test
	void kotlinIsAmongTheUsers() throws IOException {
		assertThat(classes("com.example.shop"))
			.filteredOn((type) -> type.isAnnotationPresent(kotlin.Metadata.class))
			.anySatisfy((type) -> assertThat(elements(List.of(type)))
				.anyMatch((element) -> element.isAnnotationPresent(DistributedLock.class)));
	}

	private static Stream<Method> attributes() {
		return Arrays.stream(DistributedLock.class.getDeclaredMethods())
			.filter((method) -> method.getParameterCount() == 0 && !method.isSynthetic());
	}

	private static boolean isUsed(Method attribute, DistributedLock lock) {
		try {
			return !Objects.deepEquals(attribute.invoke(lock), attribute.getDefaultValue());
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Stream<AnnotatedElement> elements(List<Class<?>> types) {
		return types.stream()
			.flatMap((type) -> Stream.concat(Stream.of(type), Arrays.stream(type.getDeclaredMethods())));
	}

	/** The classes of a package that are no tests. */
	private static List<Class<?>> classes(String name) throws IOException {
		Resource[] resources = new PathMatchingResourcePatternResolver()
			.getResources("classpath*:" + ClassUtils.convertClassNameToResourcePath(name) + "/*.class");
		Set<String> names = new TreeSet<>();
		for (Resource resource : resources) {
			if (!resource.getURL().toString().contains("/test-classes/")
					&& !"package-info.class".equals(resource.getFilename())) {
				names.add(new CachingMetadataReaderFactory().getMetadataReader(resource)
					.getClassMetadata()
					.getClassName());
			}
		}
		return names.stream()
			.<Class<?>>map((type) -> ClassUtils.resolveClassName(type, EverythingIsUsedTests.class.getClassLoader()))
			.toList();
	}

}
