/**
 * From an annotated method to a lock around its call.
 *
 * <pre>
 * DistributedLockAdvisor       where: asks the source, for each bean, whether it has locked methods
 * LockOperationSource          the locked methods of a class, parsed once, cached by method and class
 * LockAnnotations              finds the annotation of a method
 * LockOperationParser          annotation to LockOperation; refuses what cannot work
 * DistributedLockInterceptor   the call: LockOperation and arguments to LockRequest, then acquire, proceed, close
 * LockKeyExpression            arguments to LockKey
 * LockKeyPath, LockKeyStep     the short cut of keys such as #order.id: compiled, for exact classes
 * LockDeclarationCheck         refuses locked methods that the proxy of a bean would not intercept
 * </pre>
 */
@NullMarked
package dev.distributedlock.interceptor;

import org.jspecify.annotations.NullMarked;
