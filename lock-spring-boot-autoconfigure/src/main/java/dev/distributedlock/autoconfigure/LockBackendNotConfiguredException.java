package dev.distributedlock.autoconfigure;

/**
 * There is no store for the locks.
 */
final class LockBackendNotConfiguredException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String backend;

	LockBackendNotConfiguredException(String backend) {
		super("No store for distributed locks: distributed-lock.backend is '" + backend
				+ "', and there is no bean of type LockBackend");
		this.backend = backend;
	}

	String getBackend() {
		return this.backend;
	}

}
