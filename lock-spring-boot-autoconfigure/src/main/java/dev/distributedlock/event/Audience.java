package dev.distributedlock.event;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.context.event.GenericApplicationListenerAdapter;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;

/**
 * Finds out which types of events somebody listens to, in a context that is complete and
 * in its parents: an acquisition costs less than making an event and looking for its
 * listeners.
 */
final class Audience {

	private Audience() {
	}

	/** Return those of the types that have a listener. */
	static Set<Class<?>> of(ApplicationContext context, Collection<Class<?>> types) {
		return types.stream().filter((type) -> isHeard(context, type)).collect(Collectors.toUnmodifiableSet());
	}

	private static boolean isHeard(ApplicationContext context, Class<?> type) {
		ResolvableType event = ResolvableType.forClassWithGenerics(PayloadApplicationEvent.class, type);
		for (@Nullable
		ApplicationContext each = context; each != null; each = each.getParent()) {
			// What is no usual context may have any listeners.
			if (!(each instanceof AbstractApplicationContext known)
					|| known.getApplicationListeners().stream().anyMatch((listener) -> supports(listener, event))
					|| lazyListeners(known.getBeanFactory()).anyMatch((declared) -> isAbove(declared, event))) {
				return true;
			}
		}
		return false;
	}

	private static boolean supports(ApplicationListener<?> listener, ResolvableType event) {
		GenericApplicationListener generic = (listener instanceof GenericApplicationListener known) ? known
				: new GenericApplicationListenerAdapter(listener);
		return generic.supportsEventType(event);
	}

	/** The types of events that listeners declare which are not there yet. */
	private static Stream<ResolvableType> lazyListeners(ConfigurableListableBeanFactory beans) {
		return Stream.of(listenerNames(beans))
			.filter((name) -> !beans.containsSingleton(name))
			.map((name) -> ResolvableType.forClass(beans.getType(name, false))
				.as(ApplicationListener.class)
				.getGeneric());
	}

	private static String[] listenerNames(ListableBeanFactory beans) {
		return beans.getBeanNamesForType(ApplicationListener.class, true, false);
	}

	private static boolean isAbove(ResolvableType declared, ResolvableType event) {
		return declared.resolve() == null || declared.isAssignableFrom(event);
	}

}
