package dev.distributedlock.autoconfigure.fencing.http;

import dev.distributedlock.fencing.FencingGuard;
import dev.distributedlock.fencing.http.FencingTokenFilter;
import dev.distributedlock.fencing.http.FencingTokenWebFilter;
import dev.distributedlock.fencing.http.PresentedTokenCheck;
import dev.distributedlock.web.LockExceptionHandler;
import jakarta.servlet.Filter;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Auto-configuration of the filter that reads fencing tokens from requests, where it is
 * asked for.
 */
@AutoConfiguration(afterName = "dev.distributedlock.autoconfigure.web.LockProblemDetailsAutoConfiguration")
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty("distributed-lock.fencing.http.enabled")
@EnableConfigurationProperties(FencingHttpProperties.class)
public final class FencingHttpAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	PresentedTokenCheck presentedTokenCheck(FencingHttpProperties properties, BeanFactory beans) {
		String guard = properties.getGuard();
		return new PresentedTokenCheck((guard != null) ? beans.getBean(guard, FencingGuard.class) : null,
				properties.isRequired());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass({ Filter.class, DispatcherServlet.class })
	static final class ServletConfiguration {

		@Bean
		@ConditionalOnMissingBean
		FencingTokenFilter fencingTokenFilter(PresentedTokenCheck check,
				@Qualifier("handlerExceptionResolver") HandlerExceptionResolver resolver) {
			return new FencingTokenFilter(check, resolver);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass(DispatcherHandler.class)
	static final class ReactiveConfiguration {

		@Bean
		@ConditionalOnMissingBean
		FencingTokenWebFilter fencingTokenWebFilter(PresentedTokenCheck check,
				ObjectProvider<LockExceptionHandler> problems) {
			return new FencingTokenWebFilter(check, problems.getIfAvailable(() -> new LockExceptionHandler(false)));
		}

	}

}
