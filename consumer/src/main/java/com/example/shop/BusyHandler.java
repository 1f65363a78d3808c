package com.example.shop;

import java.lang.reflect.Method;

import dev.distributedlock.LockTimeoutException;
import dev.distributedlock.annotation.LockFailureHandler;

import org.springframework.stereotype.Component;

@Component
class BusyHandler implements LockFailureHandler {

	@Override
	public Object handle(LockTimeoutException busy, Method method, Object[] arguments) {
		return "busy: " + method.getName();
	}

}
