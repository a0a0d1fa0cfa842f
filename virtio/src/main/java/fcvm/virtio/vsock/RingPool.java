package fcvm.virtio.vsock;

import java.util.ArrayDeque;
import java.util.Deque;

/// Buffers for connections whose host side is slow; most connections never need one. For one
/// thread.
final class RingPool {
  private static final int KEPT = 16;

  private final Deque<ByteRing> free = new ArrayDeque<>();

  ByteRing take() {
    ByteRing ring = free.poll();
    return ring != null ? ring : new ByteRing(Credit.BUFFER_SIZE);
  }

  void giveBack(ByteRing ring) {
    if (free.size() < KEPT) {
      ring.clear();
      free.push(ring);
    }
  }
}
