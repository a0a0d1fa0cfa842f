package fcvm.virtio;

import fcvm.linux.EventFd;
import java.util.concurrent.atomic.AtomicInteger;

/// A transport's interrupt: the causes that the driver has not acknowledged, and the event that KVM
/// turns into an edge of the interrupt line (an irqfd).
///
/// Any thread may call it, without the transport's lock: a driver reads and acknowledges causes in
/// every interrupt, and must not wait there for a device that is busy.
final class Interrupt {
  /// The device gave buffers back.
  static final int USED_BUFFER = 1;

  /// The configuration, or the device status, changed.
  static final int CONFIGURATION = 2;

  private final EventFd event;
  private final AtomicInteger causes = new AtomicInteger();

  Interrupt(EventFd event) {
    this.event = event;
  }

  /// Adds a cause, then sends an edge: in this order, the handler that the edge starts finds it.
  void raise(int cause) {
    causes.getAndUpdate(c -> c | cause);
    event.signal();
  }

  int causes() {
    return causes.get();
  }

  void acknowledge(int acknowledged) {
    causes.getAndUpdate(c -> c & ~acknowledged);
  }

  void restore(int value) {
    causes.set(value);
  }
}
