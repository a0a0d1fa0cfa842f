package fcvm.agent.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Where a guest works.
public enum Place {
  /// On its own disk, ext4.
  DISK,
  /// In a directory of the host, mounted as the agent mounts volumes.
  VOLUME,
  /// In a directory of the host, as `mount -t virtiofs` mounts it.
  VIRTIOFS;

  /// Its name on the console and on the kernel's command line.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The place with this key, if there is one.
  public static Optional<Place> of(String key) {
    return Arrays.stream(values()).filter(place -> place.key().equals(key)).findFirst();
  }
}
