package dev.distributedlock.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Has the locks of an application under test kept in memory, by a clock of the test,
 * instead of in the store that the application uses. Methods with
 * {@link dev.distributedlock.annotation.DistributedLock} are locked; the bean
 * {@link TestLocks} is the world around them.
 *
 * <pre>
 * &#64;SpringBootTest
 * &#64;AutoConfigureTestLocks
 * class PaymentServiceTests {
 *
 *     &#64;Autowired
 *     private TestLocks locks;
 *
 *     ...
 * }
 * </pre>
 *
 * It goes with {@code @SpringBootTest} and with slices such as {@code @WebMvcTest}, and
 * with any other test with a Spring context. A bean of the application that is a store
 * for locks is left out, and locks that name it as their
 * {@link dev.distributedlock.annotation.DistributedLock#backend() backend} are kept in
 * the one store of the test. Tests with the same configuration share a context; after
 * each test method {@link TestLocks#reset()} is called.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureTestLocks {

}
