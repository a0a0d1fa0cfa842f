package fcvm.virtio.net;

import fcvm.virtio.Buffers;
import fcvm.virtio.DescriptorChain;
import fcvm.virtio.DeviceFault;
import fcvm.virtio.DeviceFault.Cause;
import fcvm.virtio.Virtqueue;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Packets of the guest on their way to the backend. A chain is given back when its packet is
/// through.
final class Transmission {
  private static final int ETHERNET_HEADER = 14;

  /// How far it went.
  sealed interface Outcome {
    /// All that the driver made available is through, or the backend takes no more for now.
    record Idle() implements Outcome {}

    /// A batch is through, and there may be more.
    record Unfinished() implements Outcome {}

    /// The backend is gone.
    record Gone() implements Outcome {}

    /// The driver broke the rules.
    record Fault(DeviceFault fault) implements Outcome {}
  }

  private final Virtqueue queue;
  private final NetBackend backend;

  /// What the backend has and has not sent.
  private final Deque<DescriptorChain> offered = new ArrayDeque<>();

  /// What it had no room for.
  private @Nullable DescriptorChain waiting;

  Transmission(Virtqueue queue, NetBackend backend) {
    this.queue = queue;
    this.backend = backend;
  }

  Virtqueue queue() {
    return queue;
  }

  /// Whether packets wait for the backend.
  boolean isHeld() {
    return !offered.isEmpty();
  }

  /// Gives back what waits, unsent.
  void abandon() {
    offered.forEach(chain -> queue.fill(chain, 0));
    offered.clear();
    queue.flush();
  }

  /// Sends packets.
  ///
  /// @param isUp false to throw them away
  /// @param most packets to take
  Outcome run(boolean isUp, int most) {
    int taken = 0;
    while (taken < most) {
      DescriptorChain chain = waiting == null ? queue.next() : waiting;
      waiting = null;
      if (chain == null) {
        break;
      }
      Buffers packet = chain.readable();
      if (packet.byteSize() < PacketHeader.SIZE) {
        return new Outcome.Fault(new DeviceFault(Cause.REQUEST, packet.byteSize()));
      }
      if (!isUp || !isFrame(packet)) {
        queue.used(chain, 0);
      } else if (backend.offer(packet)) {
        offered.add(chain);
      } else {
        waiting = chain;
        Outcome flushed = flush();
        if (flushed instanceof Outcome.Gone || isHeld()) {
          return flushed;
        }
        continue;
      }
      taken++;
    }
    Outcome flushed = isUp ? flush() : new Outcome.Idle();
    return flushed instanceof Outcome.Gone || taken < most || isHeld()
        ? flushed
        : new Outcome.Unfinished();
  }

  private boolean isFrame(Buffers packet) {
    long size = packet.byteSize();
    return size >= PacketHeader.SIZE + ETHERNET_HEADER
        && size <= backend.largest()
        && packet.segments().size() <= NetBackend.MAX_PIECES;
  }

  private Outcome flush() {
    int done = backend.flush();
    if (done < 0) {
      return new Outcome.Gone();
    }
    for (int i = 0; i < done; i++) {
      queue.fill(offered.remove(), 0);
    }
    queue.flush();
    return new Outcome.Idle();
  }
}
