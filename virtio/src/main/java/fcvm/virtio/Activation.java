package fcvm.virtio;

import fcvm.linux.EventFd;
import fcvm.linux.EventLoop;
import java.util.List;

/// What a device receives when its driver is ready, and holds until the reset: memory, queues, and
/// the ways to reach the driver.
public interface Activation {
  GuestMemory memory();

  /// The feature bits that both sides agreed on.
  long features();

  /// The queues, all of them ready, in the order of [VirtioDevice#queueSizes].
  List<Virtqueue> queues();

  /// Signalled when the driver notifies of a queue. For devices that wait themselves: then it is a
  /// blocking event, and has been signalled once.
  EventFd notifications(int queue);

  /// The loop on which [ActiveDevice#notified] is called, for the device's own descriptors.
  EventLoop loop();

  /// Runs something of the device's own (a handler of its loop, a timer) in the same order as
  /// [ActiveDevice#notified]: one at a time, and not at all once the device was reset.
  void run(Runnable task);

  /// Interrupts the driver if it wants to hear of the buffers given back in this queue.
  void interrupt(Virtqueue queue);

  /// Tells the driver that the device's configuration reads differently now.
  void configurationChanged();

  /// Ends the device's work: all queues stop, and the driver learns that a reset is needed.
  void fault(DeviceFault fault);
}
