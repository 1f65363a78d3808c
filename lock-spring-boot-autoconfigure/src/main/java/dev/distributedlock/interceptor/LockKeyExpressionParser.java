package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;

import dev.distributedlock.interceptor.LockOperationParser.Declaration;

import org.springframework.expression.Expression;
import org.springframework.expression.ExpressionException;
import org.springframework.expression.ParserContext;
import org.springframework.expression.common.CompositeStringExpression;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * Parses key expressions and refuses those that could never give a key.
 */
final class LockKeyExpressionParser {

	// Shared by all expressions: it caches how properties are read.
	private final SimpleEvaluationContext shared = SimpleEvaluationContext.forReadOnlyDataBinding()
		.withInstanceMethods()
		.build();

	LockKeyExpression parse(String source, Declaration declaration) {
		if (source.isBlank()) {
			throw declaration.invalid("key", source, "is blank",
					"Write an expression such as #order.id, or leave the attribute out.", null);
		}
		List<Expression> parts = parts(source, declaration);
		LockVariables variables = new LockVariables(declaration.method(), declaration.type());
		for (Expression part : parts) {
			if (part instanceof SpelExpression spel) {
				new LockKeyExpressionRules(source, variables, declaration).check(spel.getAST());
			}
		}
		return new LockKeyExpression(source, declaration.location(), parts, variables, this.shared);
	}

	private static List<Expression> parts(String source, Declaration declaration) {
		// MIXED compiles what is evaluated often and falls back when the class of an
		// argument changes, which IMMEDIATE does not.
		SpelExpressionParser parser = new SpelExpressionParser(
				new SpelParserConfiguration(SpelCompilerMode.MIXED, declaration.type().getClassLoader()));
		try {
			if (!source.contains("#{")) {
				return List.of(parser.parseExpression(source));
			}
			List<Expression> parts = new ArrayList<>();
			collect(parser.parseExpression(source, ParserContext.TEMPLATE_EXPRESSION), parts);
			return List.copyOf(parts);
		}
		catch (ExpressionException ex) {
			throw declaration.invalid("key", source,
					"is not a valid expression: " + ex.getSimpleMessage() + " (at position " + ex.getPosition() + ")",
					"Correct the expression. A constant key is written in quotes: \"'nightly'\".", ex);
		}
		// The tokenizer of SpEL lets other exceptions out for some malformed input.
		catch (RuntimeException ex) {
			throw declaration.invalid("key", source, "is not a valid expression: " + ex,
					"Correct the expression. A constant key is written in quotes: \"'nightly'\".", ex);
		}
	}

	private static void collect(Expression expression, List<Expression> parts) {
		if (expression instanceof CompositeStringExpression composite) {
			for (Expression part : composite.getExpressions()) {
				collect(part, parts);
			}
		}
		else {
			parts.add(expression);
		}
	}

}
