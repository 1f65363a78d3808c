package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.LockFailureHandler;
import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.annotation.OnLockLost;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.env.PropertyResolver;

/**
 * Makes a {@link LockOperation} of the annotations of a method and refuses what cannot
 * work.
 */
final class LockOperationParser {

	private final DeclaredLockParser locks;

	private final BusyReactionParser reactions;

	private final DeclaredBackends backends;

	private final ConfiguredLocks configured;

	LockOperationParser(PropertyResolver properties, BeanFactory beans, ConfiguredLocks configured) {
		this.locks = new DeclaredLockParser(properties, beans);
		this.reactions = new BusyReactionParser(beans);
		this.backends = new DeclaredBackends(configured);
		this.configured = configured;
	}

	DeclaredBackends backends() {
		return this.backends;
	}

	LockOperation parse(List<DistributedLock> annotations, Method method, Class<?> type) {
		DeclarationSite declaration = new DeclarationSite(method, type);
		ReturnStyle style = ReturnTypes.styleOf(method, type);
		List<DeclaredLock> locks = annotations.stream().map((lock) -> this.locks.parse(lock, declaration)).toList();
		for (int i = 0; i < locks.size(); i++) {
			DeclaredLock lock = locks.get(i);
			this.backends.add(annotations.get(i), (lock.named()) ? lock.definition().name() : null, declaration);
		}
		Set<String> names = locks.stream()
			.map((lock) -> lock.definition().name())
			.collect(Collectors.toCollection(LinkedHashSet::new));
		return new LockOperation(locks, whenBusy(annotations, names, style, declaration),
				whenLost(annotations, names, declaration), style);
	}

	private BusyReaction whenBusy(List<DistributedLock> annotations, Set<String> names, ReturnStyle style,
			DeclarationSite declaration) {
		DistributedLock reacting = reacting(annotations, declaration);
		BusyReaction annotated = this.reactions.parse(reacting, style, declaration);
		OnFailure configured = configured("onFailure", "on-failure", ConfiguredLocks.Choice::onFailure, names,
				declaration);
		if (configured == null && !reacts(reacting)) {
			configured = this.configured.defaults().onFailure();
		}
		return (configured != null) ? this.reactions.configured(configured, annotated, style, declaration) : annotated;
	}

	/** What is configured for the names of one method, which has one outcome. */
	private <R> @Nullable R configured(String attribute, String property,
			Function<ConfiguredLocks.Choice, @Nullable R> part, Set<String> names, DeclarationSite declaration) {
		Map<String, R> found = this.configured.of(names, part);
		Set<R> values = new LinkedHashSet<>(found.values());
		if (values.size() > 1) {
			throw declaration.invalid(attribute, values.toString(),
					"is configured differently for the locks of one method, by " + property + " below "
							+ "distributed-lock.locks for " + found.keySet(),
					"Configure the same for all of them.", null);
		}
		return (values.isEmpty()) ? null : values.iterator().next();
	}

	/**
	 * A call with several locks has one outcome: what one annotation says holds for all.
	 */
	private static DistributedLock reacting(List<DistributedLock> annotations, DeclarationSite declaration) {
		List<DistributedLock> reacting = annotations.stream().filter(LockOperationParser::reacts).toList();
		boolean agree = reacting.stream()
			.map((lock) -> List.of(lock.onFailure(), lock.fallback(), lock.handler()))
			.distinct()
			.count() <= 1;
		if (!agree) {
			throw declaration.invalid("onFailure",
					reacting.stream().map((lock) -> lock.onFailure().name()).collect(Collectors.joining(", ")),
					"differs between the locks of one method, but a call that gets one of them only has one outcome",
					"Say it on one of the annotations.", null);
		}
		return (reacting.isEmpty()) ? annotations.get(0) : reacting.get(0);
	}

	private static boolean reacts(DistributedLock lock) {
		return lock.onFailure() != OnFailure.DEFAULT || !lock.fallback().isEmpty()
				|| lock.handler() != LockFailureHandler.class;
	}

	private OnLockLost whenLost(List<DistributedLock> annotations, Set<String> names, DeclarationSite declaration) {
		List<OnLockLost> declared = annotations.stream()
			.map(DistributedLock::onLockLost)
			.filter((reaction) -> reaction != OnLockLost.DEFAULT)
			.distinct()
			.toList();
		if (declared.size() > 1) {
			throw declaration.invalid("onLockLost", declared.toString(), "differs between the locks of one method",
					"Say it on one of the annotations.", null);
		}
		OnLockLost configured = configured("onLockLost", "on-lock-lost", ConfiguredLocks.Choice::onLockLost, names,
				declaration);
		if (configured != null || !declared.isEmpty()) {
			return (configured != null) ? configured : declared.get(0);
		}
		OnLockLost byDefault = this.configured.defaults().onLockLost();
		return (byDefault != null) ? byDefault : OnLockLost.THROW;
	}

}
