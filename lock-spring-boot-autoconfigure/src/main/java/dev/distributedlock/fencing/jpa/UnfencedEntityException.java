package dev.distributedlock.fencing.jpa;

/**
 * A {@link FencedEntity} is declared so that nothing would refuse a stale holder.
 */
public final class UnfencedEntityException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	UnfencedEntityException(Class<?> entity, String reason, String action) {
		super(entity.getName() + " is a FencedEntity, but " + reason);
		this.action = action;
	}

	/**
	 * Return what to do.
	 * @return the remedy, a sentence
	 */
	public String action() {
		return this.action;
	}

}
