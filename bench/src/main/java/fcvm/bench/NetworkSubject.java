package fcvm.bench;

import fcvm.container.net.NetworkMode;
import java.util.Locale;

/// A way to the network that is measured: a column of the table.
public enum NetworkSubject {
  /// Our card, with passt at the other end.
  PASST(NetworkMode.ROOTLESS, true),
  /// QEMU's, with passt at the other end.
  QEMU_PASST(NetworkMode.ROOTLESS, false),
  /// Our card, with a tap at the other end.
  TAP(NetworkMode.BRIDGED, true),
  /// QEMU's, with a tap at the other end.
  QEMU_TAP(NetworkMode.BRIDGED, false);

  private final NetworkMode mode;
  private final boolean isOurs;

  NetworkSubject(NetworkMode mode, boolean isOurs) {
    this.mode = mode;
    this.isOurs = isOurs;
  }

  NetworkMode mode() {
    return mode;
  }

  /// Whether our monitor runs the guest.
  boolean isOurs() {
    return isOurs;
  }

  /// Its name in JSON.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Its name for people.
  String title() {
    return (isOurs ? "fcvm" : "QEMU")
        + (mode == NetworkMode.ROOTLESS ? " with passt" : " with a tap");
  }
}
