package dev.distributedlock.fencing.jpa;

import java.util.stream.Stream;

import jakarta.persistence.EntityListeners;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.metamodel.IdentifiableType;

/**
 * Finds entities that want to be fenced and are not.
 */
public final class FencedEntityCheck {

	private FencedEntityCheck() {
	}

	/**
	 * Check the entities of a persistence unit.
	 * @param unit the persistence unit
	 * @throws UnfencedEntityException if one has no version, or not the listener
	 */
	public static void verify(EntityManagerFactory unit) {
		unit.getMetamodel()
			.getEntities()
			.stream()
			.filter((entity) -> FencedEntity.class.isAssignableFrom(entity.getJavaType()))
			.forEach(FencedEntityCheck::verify);
	}

	private static void verify(IdentifiableType<?> entity) {
		if (!hasVersion(entity)) {
			throw new UnfencedEntityException(entity.getJavaType(),
					"has no @Version: a row that changes between the comparison and the write would go unnoticed",
					"Add a @Version attribute to " + entity.getJavaType().getSimpleName() + " and its table.");
		}
		if (!hasListener(entity.getJavaType())) {
			throw new UnfencedEntityException(entity.getJavaType(), "nobody compares its tokens",
					"Write @EntityListeners(FencedEntityListener.class) on " + entity.getJavaType().getSimpleName()
							+ ".");
		}
	}

	private static boolean hasVersion(IdentifiableType<?> type) {
		for (IdentifiableType<?> each = type; each != null; each = each.getSupertype()) {
			if (each.hasVersionAttribute()) {
				return true;
			}
		}
		return false;
	}

	private static boolean hasListener(Class<?> type) {
		for (Class<?> each = type; each != null; each = each.getSuperclass()) {
			EntityListeners listeners = each.getDeclaredAnnotation(EntityListeners.class);
			if (listeners != null && Stream.of(listeners.value()).anyMatch(FencedEntityListener.class::equals)) {
				return true;
			}
		}
		return false;
	}

}
