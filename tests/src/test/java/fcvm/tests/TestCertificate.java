package fcvm.tests;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;

/// A certificate for 127.0.0.1 that nobody has signed but itself, by the JDK's keytool.
///
/// @param certificate PEM
/// @param key PEM
record TestCertificate(Path certificate, Path key) {
  private static final String PASSWORD = "not a secret";
  private static final String ALIAS = "registry";

  static TestCertificate make(Path dir) throws Exception {
    Files.createDirectories(dir);
    Path store = dir.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=registry",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    if (keytool.waitFor() != 0) {
      throw new AssertionError("keytool");
    }
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Key key = keys.getKey(ALIAS, PASSWORD.toCharArray());
    return new TestCertificate(
        pem(dir.resolve("ca.crt"), "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()),
        pem(dir.resolve("key.pem"), "PRIVATE KEY", key.getEncoded()));
  }

  private static Path pem(Path file, String what, byte[] bytes) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, text));
  }
}
