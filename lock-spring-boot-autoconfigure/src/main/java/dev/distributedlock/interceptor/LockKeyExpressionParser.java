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
		List<Expression> expressions = expressions(source, declaration);
		LockVariables variables = new LockVariables(declaration.method(), declaration.type());
		LockKeyExpressionRules rules = new LockKeyExpressionRules(source, variables, declaration);
		LockKeyStep.Compiler compiler = new LockKeyStep.Compiler(this.shared, classLoader(declaration.type()));
		List<LockKeyPart> parts = new ArrayList<>();
		for (Expression expression : expressions) {
			parts.add((expression instanceof SpelExpression spel) ? part(spel, variables, rules, compiler)
					: new LockKeyPart.Text(expression.getExpressionString()));
		}
		return new LockKeyExpression(source, declaration.location(), List.copyOf(parts));
	}

	private LockKeyPart part(SpelExpression expression, LockVariables variables, LockKeyExpressionRules rules,
			LockKeyStep.Compiler compiler) {
		rules.check(expression.getAST());
		LockKeyPart.Interpreted whole = new LockKeyPart.Interpreted(expression, variables, this.shared);
		return LockKeyPath.of(expression.getAST(), variables, compiler)
			.<LockKeyPart>map((path) -> new LockKeyPart.Path(path, whole))
			.orElse(whole);
	}

	private static ClassLoader classLoader(Class<?> type) {
		ClassLoader classLoader = type.getClassLoader();
		return (classLoader != null) ? classLoader : LockKeyExpressionParser.class.getClassLoader();
	}

	private static List<Expression> expressions(String source, Declaration declaration) {
		// LockKeyPath says why SpEL must not compile. A system property could ask it to.
		SpelExpressionParser parser = new SpelExpressionParser(new SpelParserConfiguration(SpelCompilerMode.OFF, null));
		try {
			if (!source.contains("#{")) {
				return List.of(parser.parseExpression(source));
			}
			List<Expression> expressions = new ArrayList<>();
			collect(parser.parseExpression(source, ParserContext.TEMPLATE_EXPRESSION), expressions);
			return expressions;
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
