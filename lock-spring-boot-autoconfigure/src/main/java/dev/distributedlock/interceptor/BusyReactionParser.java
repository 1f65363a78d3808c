package dev.distributedlock.interceptor;

import java.util.ArrayList;
import java.util.List;

import dev.distributedlock.annotation.DistributedLock;
import dev.distributedlock.annotation.LockFailureHandler;
import dev.distributedlock.annotation.OnFailure;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.function.SingletonSupplier;

/**
 * Makes a {@link BusyReaction} of {@code onFailure}, {@code fallback} and
 * {@code handler}.
 */
final class BusyReactionParser {

	private final BeanFactory beans;

	BusyReactionParser(BeanFactory beans) {
		this.beans = beans;
	}

	BusyReaction parse(DistributedLock lock, ReturnStyle style, DeclarationSite declaration) {
		OnFailure declared = lock.onFailure();
		List<String> answers = answers(lock);
		if (answers.size() > 1) {
			throw invalid(declared, "has both a fallback and a handler to answer: " + answers, "Keep one of them.",
					declaration);
		}
		if (answers.isEmpty()) {
			return switch (declared) {
				case DEFAULT, THROW -> new BusyReaction.Throw();
				case SKIP -> skip(style, declaration);
				case FALLBACK -> throw invalid(declared, "has nothing to answer",
						"Name a method with 'fallback' or a bean with 'handler'.", declaration);
			};
		}
		if (declared == OnFailure.THROW || declared == OnFailure.SKIP) {
			throw invalid(declared, "would never use " + answers.get(0),
					"Leave out one of them; 'fallback' and 'handler' need no onFailure.", declaration);
		}
		return (!lock.fallback().isEmpty()) ? new FallbackMethod(lock.fallback(), declaration).find()
				: handler(lock.handler(), declaration);
	}

	/**
	 * Apply what is configured.
	 * @param annotated what the annotation says
	 */
	BusyReaction configured(OnFailure configured, BusyReaction annotated, ReturnStyle style,
			DeclarationSite declaration) {
		return switch (configured) {
			case DEFAULT -> annotated;
			case THROW -> new BusyReaction.Throw();
			case SKIP -> skip(style, declaration);
			case FALLBACK -> {
				if (annotated instanceof BusyReaction.Fallback || annotated instanceof BusyReaction.Handle) {
					yield annotated;
				}
				throw invalid(configured, "is configured, but has nothing to answer",
						"Name a method with 'fallback' or a bean with 'handler', or configure throw or skip.",
						declaration);
			}
		};
	}

	private static BusyReaction skip(ReturnStyle style, DeclarationSite declaration) {
		if (!ReturnTypes.maySkip(declaration.method(), style)) {
			throw invalid(OnFailure.SKIP,
					"cannot be done: a " + KotlinFunctions.returnType(declaration.method()).getName()
							+ " cannot be empty",
					"Return a type that may be empty, or name a method with 'fallback'.", declaration);
		}
		return new BusyReaction.Skip(ReturnTypes.valueOfSkippedCall(declaration.method(), style));
	}

	private static List<String> answers(DistributedLock lock) {
		List<String> answers = new ArrayList<>();
		if (!lock.fallback().isEmpty()) {
			answers.add("fallback = \"" + lock.fallback() + "\"");
		}
		if (lock.handler() != LockFailureHandler.class) {
			answers.add("handler = " + lock.handler().getSimpleName() + ".class");
		}
		return answers;
	}

	private BusyReaction handler(Class<? extends LockFailureHandler> type, DeclarationSite declaration) {
		// Without creating them: they may need the locked bean.
		String[] names = (this.beans instanceof ListableBeanFactory listable)
				? BeanFactoryUtils.beanNamesForTypeIncludingAncestors(listable, type, true, false) : new String[0];
		if (names.length == 0) {
			throw declaration.invalid("handler", type.getName(), "is the type of no bean", "Define one bean of it.",
					null);
		}
		if (names.length > 1) {
			throw declaration.invalid("handler", type.getName(), "is the type of several beans: " + List.of(names),
					"Name a type of which there is one bean.", null);
		}
		return new BusyReaction.Handle(SingletonSupplier.of(() -> this.beans.getBean(type)));
	}

	private static InvalidLockDeclarationException invalid(OnFailure declared, String reason, String action,
			DeclarationSite declaration) {
		return declaration.invalid("onFailure", declared.name(), reason, action, null);
	}

}
