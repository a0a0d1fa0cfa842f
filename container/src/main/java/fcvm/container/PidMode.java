package fcvm.container;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which PID namespace a container is in.
///
/// The VM is the fence around its processes, so a namespace of its own adds nothing, and takes
/// something away: the command is process 1 there, which the kernel spares signals that it does not
/// handle, its own SIGKILL too. `sh -c 'kill -9 $$'` then ends with 0 instead of 137.
public enum PidMode {
  /// The guest's own: the command is a process like others.
  HOST,
  /// One of its own: the command is process 1, as images with an init such as s6 or systemd expect.
  PRIVATE;

  /// The names of all modes.
  public static List<String> names() {
    return List.of(HOST.toString(), PRIVATE.toString());
  }

  /// The mode of this name.
  public static Optional<PidMode> of(String name) {
    for (PidMode mode : values()) {
      if (mode.toString().equals(name)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }

  /// As Podman's `--pid` takes it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
