/**
 * From an annotated method to locks around its call.
 *
 * <pre>
 * What is locked, read once for each class
 *
 * DistributedLockAdvisor       where: asks the source, for each bean, whether it has locked methods
 * LockOperationSource          the locked methods of a class, cached by method and class
 * LockAnnotations              finds the annotations of a method
 * LockOperationParser          annotations to LockOperation; refuses what cannot work, with
 *                              DeclaredLockParser (one lock), DeclaredText, DeclaredTimes, DeclarationSite,
 *                              BusyReactionParser, FallbackMethod, ReturnTypes, KotlinFunctions, LockKeyExpressionParser,
 *                              LockKeyExpressionRules, LockPathTypes
 * LockTimesCheck               refuses times that contradict each other, once configuration has come in
 * ConfiguredLocks              what is configured beside the annotations; DeclaredBackends: the store of a name
 * ArgumentsFirst               puts the validation of arguments before the lock
 * LockDeclarationCheck         refuses locked methods that the proxy of a bean would not intercept, and
 *                              those that are called past it (ContainerCallbacks)
 * StoreSupportCheck            refuses what the store cannot do
 * LockNamingReport, ConfiguredNamesReport, SelfInvocationReport, UnadvisedBeansReport   what is told at start-up
 * LockHintsAotProcessor, LockExpressionHints   what of it a native image has to keep
 *
 * A call
 *
 * DistributedLockInterceptor   the LockOperation of the call, by how its return type tells its end
 * DeclaredLock                 one lock: LockCondition, then LockKeys, to LockRequests
 * LockKeyExpression, KeyGeneratorKeys       arguments to LockKeys, by LockKeyConversion
 * LockKeyPath, LockKeyStep     the short cut of keys such as #order.id: compiled, for exact classes
 * LockOrder                    the one order of several locks
 * LockSequence                 acquires them, all or none, within a LockBudget (AsyncLockSequence: without blocking)
 * HeldLocks                    what was acquired, to be released in reverse
 * CallTransactions             how to let go of it if a transaction is active (ReactiveLockTransactions: in a subscription)
 * BlockingCall, StageCall, PublisherCall    hold them until the method returned, its stage is complete, the subscription ended
 * CoroutineCall, LeasesOfCoroutine          the same for Kotlin: suspending functions and flows, through PublisherCall
 * BusyReaction, InterruptedOnLoss           what becomes of calls that do not get, or lose, a lock
 * </pre>
 */
@NullMarked
package dev.distributedlock.interceptor;

import org.jspecify.annotations.NullMarked;
