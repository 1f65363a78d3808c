package dev.distributedlock.interceptor;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import org.springframework.core.NativeDetector;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.spel.CompiledExpression;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.SpelNodeImpl;
import org.springframework.expression.spel.standard.SpelCompiler;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.support.SimpleEvaluationContext;
import org.springframework.util.ClassUtils;

/**
 * One step of a path: a property or a method without arguments, compiled once for each
 * class that it meets. Code that was compiled for a class is used for exactly that class
 * and no subclass, where the same name may be another member.
 */
final class LockKeyStep {

	/** Classes that are compiled for; further ones are interpreted. */
	static final int MAX_CLASSES = 8;

	private final String name;

	private final boolean method;

	private final Compiler compiler;

	private final ReentrantLock lock = new ReentrantLock();

	// Replaced as a whole, under the lock: calls read it without.
	private volatile Getter[] getters = {};

	private LockKeyStep(String name, boolean method, Compiler compiler) {
		this.name = name;
		this.method = method;
		this.compiler = compiler;
	}

	static LockKeyStep property(String name, Compiler compiler) {
		return new LockKeyStep(name, false, compiler);
	}

	static LockKeyStep method(String name, Compiler compiler) {
		return new LockKeyStep(name, true, compiler);
	}

	@Nullable Getter find(Class<?> type) {
		for (Getter getter : this.getters) {
			if (getter.type() == type) {
				return getter;
			}
		}
		return null;
	}

	/**
	 * Compile for the class of a target that was not met before. Each class is tried
	 * once, and while one thread compiles the others interpret.
	 * @param target what the step is done on
	 * @return how to do the step this time
	 */
	Getter learn(Object target) {
		Getter claim = Getter.interpreted(target.getClass());
		if (this.getters.length >= MAX_CLASSES || !this.compiler.isEligible(target)) {
			return claim;
		}
		SpelNodeImpl node = (this.method) ? new MethodReference(false, this.name, 0, 0)
				: new PropertyOrFieldReference(false, this.name, 0, 0);
		if (!this.compiler.interpret(node, this.name, target) || !add(claim)) {
			return claim;
		}
		CompiledExpression code = this.compiler.compile(node, target.getClass());
		return (code != null) ? replace(claim, new Getter(claim.type(), code)) : claim;
	}

	/**
	 * Compile no more for the class of a getter that failed where the interpreter did
	 * not.
	 * @param getter the getter
	 */
	void discard(Getter getter) {
		replace(getter, Getter.interpreted(getter.type()));
	}

	private boolean add(Getter claim) {
		this.lock.lock();
		try {
			Getter[] known = this.getters;
			if (known.length >= MAX_CLASSES || find(claim.type()) != null) {
				return false;
			}
			Getter[] extended = Arrays.copyOf(known, known.length + 1);
			extended[known.length] = claim;
			this.getters = extended;
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private Getter replace(Getter getter, Getter replacement) {
		this.lock.lock();
		try {
			Getter[] changed = this.getters.clone();
			for (int i = 0; i < changed.length; i++) {
				changed[i] = (changed[i].equals(getter)) ? replacement : changed[i];
			}
			this.getters = changed;
			return replacement;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How one step is done on the instances of one class.
	 *
	 * @param type the class
	 * @param code what reads the value, given the target and no context
	 */
	record Getter(Class<?> type, CompiledExpression code) {

		private static final CompiledExpression NONE = new CompiledExpression() {

			@Override
			public Object getValue(@Nullable Object target, @Nullable EvaluationContext context) {
				throw new IllegalStateException("Not compiled");
			}

		};

		static Getter interpreted(Class<?> type) {
			return new Getter(type, NONE);
		}

		boolean isCompiled() {
			return this.code != NONE;
		}

		// Neither properties nor methods without arguments ask the context.
		@Nullable Object get(Object target) {
			return this.code.getValue(target, null);
		}

	}

	/**
	 * Compiles steps by means of SpEL.
	 *
	 * @param context decides which members may be read, as for the whole expression
	 * @param classLoader where code is added to, if it sees the class that it is for
	 */
	record Compiler(SimpleEvaluationContext context, ClassLoader classLoader) {

		private static final SpelParserConfiguration INTERPRETED = new SpelParserConfiguration(SpelCompilerMode.OFF,
				null);

		/**
		 * Return whether the class of a target alone decides what a step means on it: the
		 * static members of a class and what is in an {@link Optional} are another
		 * matter.
		 */
		boolean isEligible(Object target) {
			return !(target instanceof Class) && !(target instanceof Optional) && !NativeDetector.inNativeImage();
		}

		/** Let a node find the member that it stands for. */
		boolean interpret(SpelNodeImpl node, String name, Object target) {
			try {
				new SpelExpression(name, node, INTERPRETED).getValue(this.context, target);
				return true;
			}
			// The interpretation of the whole expression will say it.
			catch (RuntimeException ex) {
				return false;
			}
		}

		@Nullable CompiledExpression compile(SpelNodeImpl node, Class<?> type) {
			ClassLoader loader = (ClassUtils.isVisible(type, this.classLoader)) ? this.classLoader
					: type.getClassLoader();
			try {
				return SpelCompiler.getCompiler(loader).compile(node);
			}
			// Types that are not public or not visible to generated code are interpreted.
			catch (IllegalStateException | LinkageError ex) {
				return null;
			}
		}

	}

}
