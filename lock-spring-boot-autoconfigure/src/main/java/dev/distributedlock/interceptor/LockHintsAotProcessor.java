package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.distributedlock.annotation.DistributedLock;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.MethodIntrospector;
import org.springframework.util.ClassUtils;

/**
 * Keeps, when an application is prepared ahead of time, what the expressions of its locks
 * read by reflection. Registered in {@code META-INF/spring/aot.factories}.
 */
final class LockHintsAotProcessor implements BeanRegistrationAotProcessor {

	private final LockAnnotations annotations = new LockAnnotations();

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		Class<?> type = ClassUtils.getUserClass(bean.getBeanClass());
		Map<Method, List<DistributedLock>> locked = locked(type);
		if (locked.isEmpty()) {
			return null;
		}
		return (generation, code) -> {
			LockExpressionHints hints = new LockExpressionHints(generation.getRuntimeHints().reflection(),
					bean.getBeanFactory());
			locked.forEach((method, locks) -> {
				generation.getRuntimeHints().reflection().registerMethod(method, ExecutableMode.INVOKE);
				hints.register(method, type, locks);
			});
		};
	}

	private Map<Method, List<DistributedLock>> locked(Class<?> type) {
		if (!this.annotations.areAnywhereIn(type)) {
			return Map.of();
		}
		Map<Method, List<DistributedLock>> locked = new LinkedHashMap<>();
		MethodIntrospector.selectMethods(type, (Method candidate) -> true).forEach((candidate) -> {
			Method method = AopUtils.getMostSpecificMethod(candidate, type);
			List<DistributedLock> locks = LockAnnotations.find(method, type);
			if (!locks.isEmpty()) {
				locked.put(method, locks);
			}
		});
		return locked;
	}

}
