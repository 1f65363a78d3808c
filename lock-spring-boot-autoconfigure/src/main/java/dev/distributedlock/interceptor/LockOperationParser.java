package dev.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Collectors;

import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.LockFailureHandler;
import dev.distributedlock.annotation.OnFailure;
import dev.distributedlock.annotation.OnLockLost;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.env.PropertyResolver;

/**
 * Makes a {@link LockOperation} of the annotations of a method and refuses what cannot
 * work.
 */
final class LockOperationParser {

	private final DeclaredLockParser locks;

	private final BusyReactionParser reactions;

	LockOperationParser(PropertyResolver properties, BeanFactory beans) {
		this.locks = new DeclaredLockParser(properties, beans);
		this.reactions = new BusyReactionParser(beans);
	}

	LockOperation parse(List<DistributedLock> annotations, Method method, Class<?> type) {
		DeclarationSite declaration = new DeclarationSite(method, type);
		ReturnStyle style = ReturnTypes.styleOf(method, type);
		List<DeclaredLock> locks = annotations.stream().map((lock) -> this.locks.parse(lock, declaration)).toList();
		DistributedLock reacting = reacting(annotations, declaration);
		return new LockOperation(locks, this.reactions.parse(reacting, style, declaration),
				whenLost(annotations, declaration), style);
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

	private static OnLockLost whenLost(List<DistributedLock> annotations, DeclarationSite declaration) {
		List<OnLockLost> declared = annotations.stream()
			.map(DistributedLock::onLockLost)
			.filter((reaction) -> reaction != OnLockLost.DEFAULT)
			.distinct()
			.toList();
		if (declared.size() > 1) {
			throw declaration.invalid("onLockLost", declared.toString(), "differs between the locks of one method",
					"Say it on one of the annotations.", null);
		}
		return (declared.isEmpty()) ? OnLockLost.THROW : declared.get(0);
	}

}
