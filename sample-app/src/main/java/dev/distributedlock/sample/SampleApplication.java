package dev.distributedlock.sample;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * The shop. Start it twice, with {@code --server.port=8081} the second time, and both
 * instances sell from one stock.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class SampleApplication {

	/**
	 * Start an instance.
	 * @param args options such as {@code --server.port=8081}
	 */
	public static void main(String[] args) {
		// H2 serves the file to other instances of this machine; it would listen on all
		// addresses by default.
		if (System.getProperty("h2.bindAddress") == null) {
			System.setProperty("h2.bindAddress", "127.0.0.1");
		}
		SpringApplication.run(SampleApplication.class, args);
	}

}
