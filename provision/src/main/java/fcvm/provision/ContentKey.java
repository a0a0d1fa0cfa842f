package fcvm.provision;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/// The name of something that is built: a SHA-256 over all that it is built from.
///
/// Each input goes in with its length, so that no two lists of inputs give the same bytes.
final class ContentKey {
  private static final int HEX_DIGITS = 12;

  private final MessageDigest digest = Sha256.digest();

  /// A text among the inputs.
  ContentKey add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  ContentKey add(List<String> texts) {
    add(Integer.toString(texts.size()));
    texts.forEach(this::add);
    return this;
  }

  ContentKey add(byte[] bytes) {
    digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
    return this;
  }

  /// The content of a file, or of all files under a directory with their relative names.
  ContentKey addFiles(Path root) throws IOException {
    for (Path file : Trees.sorted(root)) {
      if (Files.isRegularFile(file)) {
        add(root.relativize(file).toString());
        add(Sha256.of(file));
      }
    }
    return this;
  }

  /// A resource of this module.
  ContentKey addResource(String name) throws IOException {
    return add(name).add(resource(name));
  }

  /// The bytes of a resource of this module.
  static byte[] resource(String name) throws IOException {
    try (InputStream in = ContentKey.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError("resource " + name + " is missing");
      }
      return in.readAllBytes();
    }
  }

  /// The first 12 hexadecimal digits; the key takes no more inputs.
  String hex() {
    return HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
  }
}
