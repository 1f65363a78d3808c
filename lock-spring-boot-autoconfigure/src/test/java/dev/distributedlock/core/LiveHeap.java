package dev.distributedlock.core;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The objects that are alive: what the histogram of the JVM counts, which collects the
 * garbage first.
 *
 * @param bytes the size of all objects
 * @param ours how many instances there are of each class of the library
 */
record LiveHeap(long bytes, Map<String, Long> ours) {

	// " 1: 12345 678910 java.lang.String (java.base@17)"
	private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

	private static final String LIBRARY = "dev.distributedlock.";

	static LiveHeap now() {
		long bytes = 0;
		Map<String, Long> ours = new TreeMap<>();
		for (String line : histogram().split("\n")) {
			Matcher matcher = LINE.matcher(line);
			if (matcher.matches()) {
				bytes += Long.parseLong(matcher.group(2));
				if (matcher.group(3).startsWith(LIBRARY)) {
					ours.put(matcher.group(3), Long.parseLong(matcher.group(1)));
				}
			}
		}
		return new LiveHeap(bytes, ours);
	}

	private static String histogram() {
		try {
			return (String) ManagementFactory.getPlatformMBeanServer()
				.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
						new Object[] { new String[0] }, new String[] { String[].class.getName() });
		}
		catch (JMException ex) {
			throw new IllegalStateException("This JVM counts no objects", ex);
		}
	}

}
