package dev.distributedlock.autoconfigure;

import java.util.Map;
import java.util.Objects;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * The condition of {@link ConditionalOnLockBackend}.
 */
final class OnLockBackendCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		Map<String, Object> attributes = Objects
			.requireNonNull(metadata.getAnnotationAttributes(ConditionalOnLockBackend.class.getName()));
		String wanted = (String) attributes.get("value");
		String configured = context.getEnvironment()
			.getProperty("distributed-lock.backend", ConditionalOnLockBackend.DEFAULT);
		ConditionMessage message = ConditionMessage.forCondition(ConditionalOnLockBackend.class)
			.because("distributed-lock.backend is '" + configured + "'");
		return new ConditionOutcome(configured.trim().equalsIgnoreCase(wanted), message);
	}

}
