package dev.distributedlock.autoconfigure.actuate.endpoint;

import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.distributedlock.actuate.FixedLocks;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application starts without a word when modules of Boot are absent. Runs
 * on a class path that really lacks them: an application context runner reads annotations
 * that a real start filters out by their metadata.
 */
@ExtendWith(OutputCaptureExtension.class)
class AbsentModulesTests {

	private static final List<String> ALL = List.of("distributedLockHealthIndicator", "locksEndpoint", "lockMetrics");

	@ParameterizedTest
	@CsvSource({ "NOTHING, ''", "/spring-boot-actuator, locksEndpoint",
			"/spring-boot-health, distributedLockHealthIndicator", "micrometer-, lockMetrics",
			"/spring-boot-actuator|/spring-boot-health|micrometer-,"
					+ " locksEndpoint|distributedLockHealthIndicator|lockMetrics" })
	void onlyTheBeansOfAbsentModulesAreMissing(String absentModules, String missingBeans, CapturedOutput output)
			throws Exception {
		List<String> present = new ArrayList<>(ALL);
		present.removeAll(List.of(missingBeans.split("\\|")));
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader loader = classPathWithout(absentModules.split("\\|"))) {
			Thread.currentThread().setContextClassLoader(loader);
			Method start = loader.loadClass(Application.class.getName()).getDeclaredMethod("beanNames");
			start.setAccessible(true);
			assertThat((String[]) start.invoke(null)).filteredOn(ALL::contains)
				.containsExactlyInAnyOrderElementsOf(present);
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
		assertThat(output).doesNotContain("Failed to introspect").doesNotContain("TypeNotPresent");
	}

	private static URLClassLoader classPathWithout(String... absentModules) throws MalformedURLException {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		List<URL> urls = new ArrayList<>();
		for (String entry : classPath.split(File.pathSeparator)) {
			if (List.of(absentModules).stream().noneMatch(entry::contains)) {
				urls.add(new File(entry).toURI().toURL());
			}
		}
		return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		FixedLocks locks() {
			return new FixedLocks();
		}

		static String[] beanNames() {
			SpringApplication application = new SpringApplication(Application.class);
			application.setWebApplicationType(WebApplicationType.NONE);
			application.setRegisterShutdownHook(false);
			application.setDefaultProperties(Map.of("distributed-lock.enabled", "false", "spring.jmx.enabled", "true",
					"management.endpoints.jmx.exposure.include", "locks", "spring.main.banner-mode", "off"));
			try (ConfigurableApplicationContext context = application.run()) {
				return context.getBeanDefinitionNames();
			}
		}

	}

}
