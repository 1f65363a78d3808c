package dev.distributedlock.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.stereotype.Component;

/**
 * Runs schema.sql, the script of the fencing guard, and data.sql on one instance after
 * another. "If not exists" is not enough for two that start at once: both may find that
 * it does not, and one then fails. A file lock in the shared directory is what there is
 * before any bean is ready.
 */
@Component
final class SchemaInitializer extends DataSourceScriptDatabaseInitializer {

	private final Path directory;

	SchemaInitializer(DataSource dataSource, @Value("${shop.data-dir}") Path directory) {
		super(dataSource, scripts());
		this.directory = directory;
	}

	@Override
	public boolean initializeDatabase() {
		try {
			Files.createDirectories(this.directory);
			try (FileChannel file = FileChannel.open(this.directory.resolve("schema.lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE); FileLock exclusive = file.lock()) {
				return exclusive.isValid() && super.initializeDatabase();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The schema could not be locked in " + this.directory, ex);
		}
	}

	private static DatabaseInitializationSettings scripts() {
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setMode(DatabaseInitializationMode.ALWAYS);
		settings.setSchemaLocations(
				List.of("classpath:schema.sql", "classpath:dev/distributedlock/fencing/jdbc/schema-h2.sql"));
		settings.setDataLocations(List.of("classpath:data.sql"));
		return settings;
	}

}
