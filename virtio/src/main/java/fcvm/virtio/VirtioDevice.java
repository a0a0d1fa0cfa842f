package fcvm.virtio;

import fcvm.linux.EventLoop;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A virtio device as its driver first meets it: what it is, what it offers, its configuration. It
/// cannot reach guest memory; an [Activation] can, and exists only once the driver is ready.
///
/// [#activate] and [#writeConfig] are called on vCPU threads, one at a time; [#readConfig] also on
/// the device's own, when it says that the configuration changed.
public interface VirtioDevice extends AutoCloseable {
  /// What kind of device it is.
  DeviceType type();

  /// Feature bits of this kind of device; the transport adds [Features#COMMON].
  long features();

  /// The largest size of each queue, in descriptors, powers of two.
  List<Integer> queueSizes();

  /// Reads the device's configuration space.
  ///
  /// @param offset bytes from its start, never negative
  /// @param into zeroed; what lies past the configuration's end stays zero
  void readConfig(long offset, MemorySegment into);

  /// Writes to the device's configuration space; the default ignores it, as read-only fields
  /// demand.
  ///
  /// @param offset bytes from its start, never negative
  default void writeConfig(long offset, MemorySegment from) {}

  /// The loop that serves this device's queues: the monitor's, unless the device may block for long
  /// and therefore brings its own.
  default EventLoop loop(EventLoop shared) {
    return shared;
  }

  /// Whether the device waits for notifications itself, on threads of its own, at
  /// [Activation#notifications]; otherwise its loop does, and calls [ActiveDevice#notified].
  default boolean waitsItself() {
    return false;
  }

  /// Starts serving the queues: the driver is ready. The device may do so again after
  /// [ActiveDevice#close], never twice at a time.
  ///
  /// @throws IOException if the host lacks what the device needs; the driver sees a device that
  ///   needs a reset
  ActiveDevice activate(Activation activation) throws IOException;

  /// Releases what the device holds on the host. Comes after [ActiveDevice#close].
  @Override
  void close();
}
