package dev.distributedlock.interceptor;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.ConstructorReference;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpDec;
import org.springframework.expression.spel.ast.OpInc;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.TypeReference;
import org.springframework.expression.spel.ast.VariableReference;

/**
 * What the expression of a key or a condition may refer to, checked on its syntax tree
 * before the first call.
 */
final class LockKeyExpressionRules {

	private static final List<Class<?>> FORBIDDEN = List.of(TypeReference.class, ConstructorReference.class,
			FunctionReference.class, Assign.class, OpInc.class, OpDec.class);

	private final String attribute;

	private final String source;

	private final LockVariables variables;

	private final BeanFactory beans;

	private final LockPathTypes types;

	private final DeclarationSite declaration;

	LockKeyExpressionRules(String attribute, String source, LockVariables variables, BeanFactory beans,
			DeclarationSite declaration) {
		this.attribute = attribute;
		this.source = source;
		this.variables = variables;
		this.beans = beans;
		this.types = new LockPathTypes(attribute, source, variables, declaration);
		this.declaration = declaration;
	}

	void check(SpelNode tree) {
		if (tree instanceof InlineMap) {
			throw invalid("is a map, which is no " + this.attribute, "Use one value, or a list such as {#from, #to}.");
		}
		check(tree, true);
		this.types.check(tree);
	}

	/**
	 * Return whether an expression can have different values for different calls.
	 */
	static boolean varies(SpelNode node) {
		if (node instanceof VariableReference || node instanceof BeanReference
				|| node instanceof PropertyOrFieldReference || node instanceof MethodReference) {
			return true;
		}
		return IntStream.range(0, node.getChildCount()).anyMatch((i) -> varies(node.getChild(i)));
	}

	private void check(SpelNode node, boolean onRoot) {
		if (FORBIDDEN.contains(node.getClass())) {
			throw invalid(
					"uses '" + node.toStringAST() + "' (at position " + node.getStartPosition() + "), but a "
							+ this.attribute + " may only read arguments and beans",
					"Use parameters, their properties and their methods, or a method of a bean as in @orders.keyOf(#order).");
		}
		if (node instanceof VariableReference) {
			checkVariable(node.toStringAST().substring(1), node.getStartPosition());
		}
		if (node instanceof BeanReference) {
			checkBean(node.toStringAST(), node.getStartPosition());
		}
		if (onRoot && node instanceof PropertyOrFieldReference property) {
			checkRootProperty(property.getName(), node.getStartPosition());
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			boolean childOnRoot = onRoot && !(node instanceof CompoundExpression && i > 0)
					&& !(node instanceof Projection) && !(node instanceof Selection);
			check(node.getChild(i), childOnRoot);
		}
	}

	private void checkVariable(String name, int position) {
		if (name.equals("root") || name.equals("this") || this.variables.contains(name)) {
			return;
		}
		String known = this.variables.names().stream().map((other) -> "#" + other).collect(Collectors.joining(", "));
		if (this.variables.names().contains(name)) {
			throw invalid(
					"has the variable '#" + name + "' (at position " + position
							+ "), which is the name of different parameters in the methods that this method overrides",
					"Use the position, as in #p0.");
		}
		throw invalid(
				"has the unknown variable '#" + name + "' (at position " + position + "); known are "
						+ ((known.isEmpty()) ? "" : known + ", ") + "#root",
				(this.variables.areNamed()) ? "Use the name of a parameter."
						: "Compile with -parameters, or use the position, as in #p0.");
	}

	private void checkBean(String reference, int position) {
		String name = reference.substring(1).replace("'", "");
		if (!this.beans.containsBean(name)) {
			throw invalid("refers to the bean '" + name + "' (at position " + position + "), which does not exist",
					"Use the name of a bean.");
		}
	}

	private void checkRootProperty(String name, int position) {
		if (!LockKeyContext.Root.PROPERTIES.contains(name)) {
			throw invalid(
					"reads the property '" + name + "' (at position " + position + ") of the call, which has "
							+ LockKeyContext.Root.PROPERTIES + " only",
					(this.variables.contains(name)) ? "A parameter is written with #, as in #" + name + "."
							: "A parameter is written with #, a constant in quotes: \"'" + name + "'\".");
		}
	}

	private InvalidLockDeclarationException invalid(String reason, String action) {
		return this.declaration.invalid(this.attribute, this.source, reason, action, null);
	}

}
