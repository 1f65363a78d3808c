package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;

import dev.distributedlock.LockKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.BeanResolver;
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
 * Parses the expressions of keys and conditions and refuses those that could never give
 * one.
 */
final class LockKeyExpressionParser {

	private static final Logger logger = LoggerFactory.getLogger(LockKeyExpressionParser.class);

	private static final String CORRECTION = "Correct the expression. A constant is written in quotes: \"'nightly'\".";

	// Shared by all expressions: it caches how properties are read.
	private final SimpleEvaluationContext shared = SimpleEvaluationContext.forReadOnlyDataBinding()
		.withInstanceMethods()
		.build();

	private final BeanFactory beans;

	private final BeanResolver beanResolver;

	LockKeyExpressionParser(BeanFactory beans) {
		this.beans = beans;
		this.beanResolver = new BeanFactoryResolver(beans);
	}

	LockKeyExpression parse(String source, @Nullable LockKey name, DeclarationSite declaration) {
		checkNotBlank("key", source, declaration);
		List<Expression> expressions = expressions(source, declaration);
		LockVariables variables = new LockVariables(declaration.method(), declaration.type());
		LockKeyExpressionRules rules = new LockKeyExpressionRules("key", source, variables, this.beans, declaration);
		LockKeyStep.Compiler compiler = compiler(declaration);
		List<LockKeyPart> parts = new ArrayList<>();
		for (Expression expression : expressions) {
			parts.add((expression instanceof SpelExpression spel) ? part(spel, variables, rules, compiler)
					: new LockKeyPart.Text(expression.getExpressionString()));
		}
		reportConstant(source, expressions, variables, declaration);
		return new LockKeyExpression(source, declaration.location(), name, List.copyOf(parts));
	}

	LockCondition parseCondition(String source, DeclarationSite declaration) {
		checkNotBlank("condition", source, declaration);
		SpelExpression expression = (SpelExpression) parse("condition", source, false, declaration);
		LockVariables variables = new LockVariables(declaration.method(), declaration.type());
		LockKeyExpressionRules rules = new LockKeyExpressionRules("condition", source, variables, this.beans,
				declaration);
		return new LockCondition.Expression(source, declaration.location(),
				part(expression, variables, rules, compiler(declaration)));
	}

	private static void checkNotBlank(String attribute, String source, DeclarationSite declaration) {
		if (source.isBlank()) {
			throw declaration.invalid(attribute, source, "is blank",
					"Write an expression such as #order.id, or leave the attribute out.", null);
		}
	}

	private static void reportConstant(String source, List<Expression> expressions, LockVariables variables,
			DeclarationSite declaration) {
		boolean varies = expressions.stream()
			.anyMatch((expression) -> expression instanceof SpelExpression spel
					&& LockKeyExpressionRules.varies(spel.getAST()));
		if (!varies && variables.parameterCount() > 0) {
			logger.warn("The key \"{}\" of {} is the same for all calls, although the method has arguments. If that is "
					+ "meant, say it with 'name'", source, declaration.location());
		}
	}

	private LockKeyPart part(SpelExpression expression, LockVariables variables, LockKeyExpressionRules rules,
			LockKeyStep.Compiler compiler) {
		rules.check(expression.getAST());
		LockKeyPart.Interpreted whole = new LockKeyPart.Interpreted(expression, variables, this.shared,
				this.beanResolver);
		return LockKeyPath.of(expression.getAST(), variables, compiler)
			.<LockKeyPart>map((path) -> new LockKeyPart.Path(path, whole))
			.orElse(whole);
	}

	private LockKeyStep.Compiler compiler(DeclarationSite declaration) {
		ClassLoader classLoader = declaration.type().getClassLoader();
		return new LockKeyStep.Compiler(this.shared,
				(classLoader != null) ? classLoader : LockKeyExpressionParser.class.getClassLoader());
	}

	private static List<Expression> expressions(String source, DeclarationSite declaration) {
		if (!source.contains("#{")) {
			return List.of(parse("key", source, false, declaration));
		}
		List<Expression> expressions = new ArrayList<>();
		collect(parse("key", source, true, declaration), expressions);
		return expressions;
	}

	private static Expression parse(String attribute, String source, boolean template, DeclarationSite declaration) {
		// LockKeyPath says why SpEL must not compile. A system property could ask it to.
		SpelExpressionParser parser = new SpelExpressionParser(new SpelParserConfiguration(SpelCompilerMode.OFF, null));
		try {
			return (template) ? parser.parseExpression(source, ParserContext.TEMPLATE_EXPRESSION)
					: parser.parseExpression(source);
		}
		catch (ExpressionException ex) {
			throw declaration.invalid(attribute, source,
					"is not a valid expression: " + ex.getSimpleMessage() + " (at position " + ex.getPosition() + ")",
					CORRECTION, ex);
		}
		// The tokenizer of SpEL lets other exceptions out for some malformed input.
		catch (RuntimeException ex) {
			throw declaration.invalid(attribute, source, "is not a valid expression: " + ex, CORRECTION, ex);
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
