package fcvm.container.net;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How a VM reaches the rest of the world.
public enum NetworkMode {
  /// As the user who runs it would: every connection is a socket of a process of that user's.
  ROOTLESS,
  /// As a computer of its own behind this one, which root sets up.
  BRIDGED,
  /// Not at all.
  NONE;

  /// The names in the order of the constants.
  public static List<String> names() {
    return Arrays.stream(values()).map(NetworkMode::toString).toList();
  }

  /// The mode with this name.
  public static Optional<NetworkMode> of(String name) {
    return Arrays.stream(values()).filter(mode -> mode.toString().equals(name)).findFirst();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
