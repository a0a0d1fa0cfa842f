package fcvm.virtio.vsock;

import fcvm.linux.Errno;
import fcvm.linux.UnixSocket;
import fcvm.virtio.Buffers;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The direction from the guest to a socket of the host: straight from guest memory while the
/// socket takes it, through a buffer when it does not.
final class SocketWriter {
  private static final long EAGAIN = -Errno.EAGAIN.number();

  private final UnixSocket socket;
  private final Credit credit;
  private final RingPool rings;
  private @Nullable ByteRing waiting;
  private boolean isBroken;

  SocketWriter(UnixSocket socket, Credit credit, RingPool rings) {
    this.socket = socket;
    this.credit = credit;
    this.rings = rings;
  }

  /// Whether bytes wait until the socket takes more.
  boolean isWaiting() {
    return waiting != null;
  }

  /// Whether the host's side does not read any more. What is written then is dropped.
  boolean isBroken() {
    return isBroken;
  }

  /// Writes bytes for which the guest had credit, so there is room for them.
  void write(Buffers bytes) {
    for (MemorySegment segment : bytes.segments()) {
      write(segment);
    }
    if (isBroken) {
      credit.forwardedAll();
    }
  }

  private void write(MemorySegment bytes) {
    long written = 0;
    while (waiting == null && written < bytes.byteSize() && !isBroken) {
      long result = socket.writeResult(written == 0 ? bytes : bytes.asSlice(written));
      if (result == EAGAIN) {
        waiting = rings.take();
      } else if (result < 0) {
        stop();
      } else {
        written += result;
        credit.forwarded(result);
      }
    }
    if (waiting != null) {
      waiting.append(bytes.asSlice(written));
    }
  }

  /// Writes what waits, as far as the socket takes it.
  void drain() {
    while (waiting != null) {
      long result = waiting.drainTo(socket);
      if (result == EAGAIN) {
        return;
      }
      if (result < 0) {
        stop();
        return;
      }
      credit.forwarded(result);
      if (waiting.isEmpty()) {
        release();
      }
    }
  }

  /// The host's side is gone: what the guest sent to it has nowhere to go.
  void stop() {
    isBroken = true;
    credit.forwardedAll();
    release();
  }

  /// Gives the buffer up.
  void release() {
    if (waiting != null) {
      rings.giveBack(waiting);
      waiting = null;
    }
  }
}
