package dev.distributedlock.interceptor;

import org.aopalliance.intercept.MethodInvocation;

import org.springframework.aop.ProxyMethodInvocation;

/**
 * Calls that go on after the proxy has returned.
 */
final class Invocations {

	private Invocations() {
	}

	/**
	 * Return a call that can proceed later, on any thread, and as often as a copy is
	 * made.
	 */
	static MethodInvocation independent(MethodInvocation invocation) {
		return (invocation instanceof ProxyMethodInvocation call) ? call.invocableClone() : invocation;
	}

}
