package fcvm.container.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// When and how images are fetched.
///
/// @param policy when
/// @param authFile where credentials are (containers-auth.json); empty for the usual places
/// @param tlsVerify whether registries must prove who they are, and that over TLS
public record PullOptions(Policy policy, Optional<Path> authFile, boolean tlsVerify) {
  /// Fetch what is missing, from registries that prove who they are.
  public static final PullOptions USUAL = new PullOptions(Policy.MISSING, Optional.empty(), true);

  /// When an image is fetched: `podman run --pull`.
  public enum Policy {
    /// If the store does not have it.
    MISSING,
    /// At each run.
    ALWAYS,
    /// Never: the store has it, or it is an error.
    NEVER,
    /// If the registry has another one than the store; no error if it cannot be asked.
    NEWER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// All, as an option takes them.
    public static List<String> names() {
      return Stream.of(values()).map(Policy::toString).toList();
    }

    /// That of a name.
    public static Optional<Policy> of(String name) {
      return Stream.of(values()).filter(policy -> policy.toString().equals(name)).findFirst();
    }
  }
}
