package dev.distributedlock.actuate.endpoint;

import java.util.Objects;
import java.util.Set;

import dev.distributedlock.LockBackendException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} of the {@link LocksEndpoint}: shows
 * keys to whom it may, and answers with status 503 while the store does not answer.
 */
@EndpointWebExtension(endpoint = LocksEndpoint.class)
public final class LocksEndpointWebExtension {

	private static final Logger logger = LoggerFactory.getLogger(LocksEndpointWebExtension.class);

	private final LocksEndpoint delegate;

	private final Show showValues;

	private final Set<String> roles;

	/**
	 * Create an extension.
	 * @param delegate the endpoint
	 * @param showValues when to show keys
	 * @param roles who may see keys; empty for every authenticated user
	 */
	public LocksEndpointWebExtension(LocksEndpoint delegate, Show showValues, Set<String> roles) {
		this.delegate = Objects.requireNonNull(delegate, "'delegate' must not be null");
		this.showValues = Objects.requireNonNull(showValues, "'showValues' must not be null");
		this.roles = Set.copyOf(roles);
	}

	/**
	 * Describe the declared locks and what this instance holds and waits for.
	 * @param securityContext who asks
	 * @return the description
	 */
	@ReadOperation
	public LocksDescriptor locks(SecurityContext securityContext) {
		return this.delegate.locks(this.showValues.isShown(securityContext, this.roles));
	}

	/**
	 * Ask the store who holds a lock.
	 * @param securityContext who asks
	 * @param name the name of the lock
	 * @param key the value of its key, one part
	 * @param identity the whole identity, instead of a key
	 * @return the holder, or status 503 without a body if the store does not answer
	 * @see LocksEndpoint#holder(String, String, String)
	 */
	@ReadOperation
	public WebEndpointResponse<HolderDescriptor> holder(SecurityContext securityContext, @Selector String name,
			@Nullable String key, @Nullable String identity) {
		boolean showKeys = this.showValues.isShown(securityContext, this.roles);
		try {
			return new WebEndpointResponse<>(this.delegate.holder(name, key, identity, showKeys));
		}
		catch (LockBackendException ex) {
			logger.debug("The lock store did not say who holds a lock", ex);
			return new WebEndpointResponse<>(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
		}
	}

}
