package fcvm.container.image;

import fcvm.provision.ProvisionException;
import fcvm.provision.Sha256;
import java.util.regex.Pattern;

/// A SHA-256, by which images and their parts are named.
///
/// @param hex 64 digits
public record Digest(String hex) {
  private static final String ALGORITHM = "sha256:";
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");

  /// That of some bytes.
  static Digest of(byte[] content) {
    return new Digest(Sha256.of(content));
  }

  /// Reads `sha256:…`.
  static Digest parse(String text) throws ProvisionException {
    String hex = text.startsWith(ALGORITHM) ? text.substring(ALGORITHM.length()) : "";
    if (!DIGITS.matcher(hex).matches()) {
      throw new ProvisionException(Printable.quoted(text) + " is no digest: sha256: and 64 digits");
    }
    return new Digest(hex);
  }

  @Override
  public String toString() {
    return ALGORITHM + hex;
  }
}
