package fcvm.machine;

import java.util.List;
import java.util.stream.IntStream;

/// A PCIe root port of the machine, into which a device can be plugged while it is up.
///
/// @param number the physical slot's, 1 to [#COUNT]
record Slot(int number) {
  static final int COUNT = 16;

  static List<Slot> all() {
    return IntStream.rangeClosed(1, COUNT).mapToObj(Slot::new).toList();
  }

  /// The root port's name in QEMU.
  String id() {
    return "slot" + number;
  }

  /// The name of what is plugged into it: of the device, its connection and its file system.
  String tag() {
    return "volume" + number;
  }

  /// QEMU's `-device` for it.
  String device() {
    return "pcie-root-port,id=%s,chassis=%d,slot=%d".formatted(id(), number, number);
  }
}
