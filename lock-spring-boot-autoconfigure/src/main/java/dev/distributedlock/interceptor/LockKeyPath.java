package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import dev.distributedlock.interceptor.LockKeyPart.Interpreted;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.IntLiteral;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.VariableReference;

/**
 * The short cut of the expressions that nearly all keys are, such as {@code #order.id} or
 * {@code #root.args[0].customer.id()}: an argument and the steps from it, each compiled
 * for the classes that it meets. Anything unusual, such as {@code null} on the way, a
 * class that cannot be compiled for and what getters throw, is left to the interpreter.
 */
// Why SpEL does not compile keys itself: its code takes the conversions, overloads and
// members that suited the values before, without a look at the classes of later ones.
// '#holder.value + 1' gives 2 for 4294967297 once it was compiled for an int; a field
// stays
// a field although a subclass has a getter. An instance that has just started interprets,
// one that is warm does not, and the two would lock different keys for one order.
// Operators,
// arguments and indexes are therefore interpreted, always.
final class LockKeyPath {

	/** Calls that are interpreted before anything is compiled. */
	static final int WARM_UP = 100;

	private final int argument;

	private final LockKeyStep[] steps;

	private final AtomicInteger cold = new AtomicInteger();

	private LockKeyPath(int argument, List<LockKeyStep> steps) {
		this.argument = argument;
		this.steps = steps.toArray(LockKeyStep[]::new);
	}

	/**
	 * Return the path that an expression is.
	 * @param tree the syntax tree of the expression
	 * @param variables what the expression may refer to
	 * @param compiler compiles the steps
	 * @return the path, or nothing if the expression is more than that
	 */
	static Optional<LockKeyPath> of(SpelNode tree, LockVariables variables, LockKeyStep.Compiler compiler) {
		List<SpelNode> nodes = new ArrayList<>();
		if (tree instanceof CompoundExpression) {
			for (int i = 0; i < tree.getChildCount(); i++) {
				nodes.add(tree.getChild(i));
			}
		}
		else {
			nodes.add(tree);
		}
		int argument = takeArgument(nodes, variables);
		List<LockKeyStep> steps = new ArrayList<>();
		for (SpelNode node : nodes) {
			if (node instanceof PropertyOrFieldReference property) {
				steps.add(LockKeyStep.property(property.getName(), compiler));
			}
			else if (node instanceof MethodReference method && method.getChildCount() == 0) {
				steps.add(LockKeyStep.method(method.getName(), compiler));
			}
			else {
				return Optional.empty();
			}
		}
		return (argument >= 0) ? Optional.of(new LockKeyPath(argument, steps)) : Optional.empty();
	}

	// Removes what it understood: #order, or #root.args[0].
	private static int takeArgument(List<SpelNode> nodes, LockVariables variables) {
		if (!(nodes.get(0) instanceof VariableReference)) {
			return -1;
		}
		String name = nodes.get(0).toStringAST().substring(1);
		if (!name.equals("root")) {
			nodes.remove(0);
			return variables.indexOf(name);
		}
		if (nodes.size() < 3 || !(nodes.get(1) instanceof PropertyOrFieldReference property)
				|| !property.getName().equals("args") || !(nodes.get(2) instanceof Indexer indexer)
				|| !(indexer.getChild(0) instanceof IntLiteral index)) {
			return -1;
		}
		nodes.subList(0, 3).clear();
		return (index.getLiteralValue().getValue() instanceof Integer position && position < variables.parameterCount())
				? position : -1;
	}

	/**
	 * Follow the path.
	 * @param invocation the call
	 * @param whole what to ask where the path cannot tell
	 * @return the value at its end
	 */
	@Nullable Object value(MethodInvocation invocation, Interpreted whole) {
		Object value = invocation.getArguments()[this.argument];
		for (LockKeyStep step : this.steps) {
			if (value == null) {
				return whole.value(invocation);
			}
			LockKeyStep.Getter getter = getter(step, value);
			if (!getter.isCompiled()) {
				return whole.value(invocation);
			}
			try {
				value = getter.get(value);
			}
			// Getters may throw anything. So may generated code that must not be linked.
			catch (Exception | Error ex) {
				Object interpreted = whole.value(invocation);
				step.discard(getter);
				return interpreted;
			}
		}
		return value;
	}

	private LockKeyStep.Getter getter(LockKeyStep step, Object target) {
		LockKeyStep.Getter known = step.find(target.getClass());
		if (known != null) {
			return known;
		}
		return (this.cold.get() >= WARM_UP || this.cold.incrementAndGet() > WARM_UP) ? step.learn(target)
				: LockKeyStep.Getter.interpreted(target.getClass());
	}

}
