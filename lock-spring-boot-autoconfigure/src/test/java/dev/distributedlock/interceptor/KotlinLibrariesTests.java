package dev.distributedlock.interceptor;

import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;

import dev.distributedlock.annotation.DistributedLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.NestedExceptionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications on class paths that really lack libraries of Kotlin.
 */
class KotlinLibrariesTests {

	private static final String SUSPENDING = "dev.distributedlock.interceptor.CoroutinePayments";

	@Test
	void withoutKotlinAllElseIsLocked() throws Exception {
		assertThat(start(JavaPayments.class.getName(), "kotlin")).isEqualTo("paid later");
	}

	@ParameterizedTest
	@CsvSource({ "kotlin-reflect-, org.jetbrains.kotlin:kotlin-reflect",
			"kotlinx-coroutines-reactor-, org.jetbrains.kotlinx:kotlinx-coroutines-reactor" })
	void suspendingFunctionsAreRefusedWithTheLibraryThatTheyNeed(String absent, String library) throws Exception {
		assertThat(start(SUSPENDING, absent)).contains("CoroutinePayments.", "is not there")
			.endsWith("Add " + library + " to the class path.");
	}

	private static String start(String bean, String absent) throws Exception {
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader loader = classPathWithout(absent)) {
			Thread.currentThread().setContextClassLoader(loader);
			Method start = loader.loadClass(Application.class.getName()).getDeclaredMethod("start", Class.class);
			start.setAccessible(true);
			return (String) start.invoke(null, loader.loadClass(bean));
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	private static URLClassLoader classPathWithout(String absent) throws MalformedURLException {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		List<URL> urls = new ArrayList<>();
		for (String entry : classPath.split(File.pathSeparator)) {
			File file = new File(entry);
			if (file.isDirectory() || !file.getName().startsWith(absent)) {
				urls.add(file.toURI().toURL());
			}
		}
		return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
	}

	/** Runs within the class path under test. */
	static final class Application {

		private Application() {
		}

		static String start(Class<?> bean) {
			String[] outcome = new String[1];
			LockedBeans.engine().withBean(bean).run((context) -> {
				Throwable failure = context.getStartupFailure();
				outcome[0] = (failure != null) ? NestedExceptionUtils.getMostSpecificCause(failure).getMessage()
						: pay(context.getSourceApplicationContext(ConfigurableApplicationContext.class));
			});
			return outcome[0];
		}

		private static String pay(ConfigurableApplicationContext context) {
			JavaPayments payments = context.getBean(JavaPayments.class);
			return payments.pay() + payments.payLater().block();
		}

	}

	static class JavaPayments {

		@DistributedLock
		public String pay() {
			return "paid";
		}

		@DistributedLock
		public Mono<String> payLater() {
			return Mono.just(" later");
		}

	}

}
