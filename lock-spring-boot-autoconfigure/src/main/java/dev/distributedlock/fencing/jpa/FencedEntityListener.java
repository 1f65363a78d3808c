package dev.distributedlock.fencing.jpa;

import dev.distributedlock.fencing.FencingToken;
import jakarta.persistence.PrePersist;
import jakarta.persistence.PreRemove;
import jakarta.persistence.PreUpdate;

/**
 * Compares the token of who writes a {@link FencedEntity} with that of the entity. Has to
 * be named in {@code @EntityListeners}.
 */
public final class FencedEntityListener {

	@PrePersist
	void persist(FencedEntity entity) {
		// New rows may come from code without a lock; those that have one are remembered.
		if (FencingToken.find().isPresent()) {
			entity.setFence(entity.fencingToken().value());
		}
	}

	@PreUpdate
	void update(FencedEntity entity) {
		entity.setFence(check(entity).value());
	}

	@PreRemove
	void remove(FencedEntity entity) {
		check(entity);
	}

	private static FencingToken check(FencedEntity entity) {
		FencingToken token = entity.fencingToken();
		if (token.value() < entity.getFence()) {
			throw token.refusedBy("the entity " + entity.getClass().getSimpleName(), entity.getFence());
		}
		return token;
	}

}
