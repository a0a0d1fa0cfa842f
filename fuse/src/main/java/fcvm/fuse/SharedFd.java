package fcvm.fuse;

import fcvm.linux.Fd;
import java.util.concurrent.atomic.AtomicInteger;

/// A descriptor that any thread may use while its owner gives it up: it is closed when nobody is
/// inside a call any more. Starts with one use, the owner's.
///
/// A use ends with [#close], so that it fits a try block.
final class SharedFd implements AutoCloseable {
  private final Fd fd;
  private final AtomicInteger uses = new AtomicInteger(1);

  SharedFd(Fd fd) {
    this.fd = fd;
  }

  /// Begins a use.
  ///
  /// @return false if it has been given up and closed
  boolean acquire() {
    int now = uses.get();
    while (now > 0) {
      if (uses.compareAndSet(now, now + 1)) {
        return true;
      }
      now = uses.get();
    }
    return false;
  }

  /// The descriptor, during a use.
  Fd fd() {
    return fd;
  }

  @Override
  public void close() {
    if (uses.decrementAndGet() == 0) {
      fd.close();
    }
  }
}
