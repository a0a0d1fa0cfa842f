package fcvm.virtio;

import java.util.List;

/// How a device reaches its driver. Any thread may call it, without the transport's lock: a driver
/// must not wait in an interrupt for a device that is busy.
interface Interrupts {
  /// The device gave buffers back.
  void usedBuffers(int queue);

  /// The device status changed.
  void statusChanged();

  /// The configuration changed: shows the driver how it is now, then says so.
  void configurationChanged();

  /// The driver has reset the device: nothing is pending, and there are no vectors any more.
  void reset();

  /// Causes that wait to be acknowledged.
  int causes();

  /// Makes causes wait again, as a snapshot had them.
  void restoreCauses(int causes);

  /// The vectors of a driver that set some: of the configuration, then of each queue.
  List<Integer> vectors();

  /// Sets them again.
  ///
  /// @throws IllegalArgumentException if they are another kind of transport's
  void restoreVectors(List<Integer> vectors);
}
