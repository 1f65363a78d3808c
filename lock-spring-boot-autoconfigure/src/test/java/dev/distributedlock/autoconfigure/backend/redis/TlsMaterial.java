package dev.distributedlock.autoconfigure.backend.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A key and a certificate for the loopback interface that nobody else knows.
 *
 * @param certificate the certificate, in PEM
 * @param key its private key, in PEM
 */
record TlsMaterial(Path certificate, Path key) {

	private static final String PASSWORD = "changeit";

	private static final String ALIAS = "test";

	static TlsMaterial create(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
		Path store = folder.resolve("keys.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", ALIAS, "-keyalg", "EC", "-dname", "CN=localhost", "-ext",
				"san=dns:localhost,ip:127.0.0.1", "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore",
				store.toString())
			.inheritIO()
			.start();
		if (keytool.waitFor() != 0) {
			throw new IllegalStateException("keytool failed");
		}
		KeyStore keys = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(store)) {
			keys.load(in, PASSWORD.toCharArray());
		}
		return new TlsMaterial(
				write(folder.resolve("certificate.pem"), "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()),
				write(folder.resolve("key.pem"), "PRIVATE KEY",
						keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
	}

	private static Path write(Path file, String type, byte[] content) throws IOException {
		String body = Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content);
		String text = "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
		return Files.write(file, text.getBytes(StandardCharsets.US_ASCII)).toAbsolutePath();
	}

}
