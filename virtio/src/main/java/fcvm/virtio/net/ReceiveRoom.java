package fcvm.virtio.net;

import fcvm.linux.IoVector;
import fcvm.virtio.Buffers;
import fcvm.virtio.DescriptorChain;
import fcvm.virtio.Virtqueue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/// Room in the guest for the next packet: chains of the receive queue, as many as it takes if the
/// driver can join them, else one. What a packet leaves over is the next one's.
final class ReceiveRoom implements NetBackend.Room {
  private final Virtqueue queue;
  private final boolean isMergeable;
  private final Deque<DescriptorChain> chains = new ArrayDeque<>();

  /// The pieces of all chains: a tap's next packet may be a large one, so that many are held for
  /// each of many small ones.
  private final IoVector vector = new IoVector(NetBackend.MAX_PIECES);

  private long size;
  private boolean isTooSmall;
  private boolean isTaken;
  private boolean isStarving;
  private boolean isBroken;

  ReceiveRoom(Virtqueue queue, boolean isMergeable) {
    this.queue = queue;
    this.isMergeable = isMergeable;
  }

  Virtqueue queue() {
    return queue;
  }

  /// Whether a packet is on its way to where [#take] said.
  boolean isTaken() {
    return isTaken;
  }

  /// Whether a packet waits until the driver makes more room.
  boolean isStarving() {
    return isStarving;
  }

  /// Whether the driver made room that no packet can be put into.
  boolean isBroken() {
    return isBroken;
  }

  /// Takes room for a packet; there is none if it has to be thrown away, since the driver's buffers
  /// are too small for it and cannot be joined.
  ///
  /// @param wanted bytes with the header
  /// @return false if there is not enough, see [#isStarving] and [#isBroken]
  boolean take(long wanted) {
    while (size < wanted && (isMergeable || chains.isEmpty())) {
      DescriptorChain chain = queue.next();
      if (chain == null) {
        isStarving = true;
        return false;
      }
      Buffers more = chain.writable();
      if (more.byteSize() < PacketHeader.SIZE || more.segments().size() > vector.room()) {
        isBroken = true;
        return false;
      }
      chains.add(chain);
      more.segments().forEach(vector::add);
      size += more.byteSize();
    }
    isStarving = false;
    isTaken = true;
    isTooSmall = size < wanted;
    return true;
  }

  @Override
  public long byteSize() {
    return isTooSmall ? 0 : size;
  }

  @Override
  public Buffers buffers() {
    return isTooSmall
        ? Buffers.EMPTY
        : Buffers.join(chains.stream().map(DescriptorChain::writable).toList());
  }

  @Override
  public IoVector vector() {
    return vector;
  }

  /// The packet is there: gives its chains back, all at once.
  ///
  /// @param packet bytes with the header
  void deliver(long packet) {
    isTaken = false;
    if (isTooSmall || packet < PacketHeader.SIZE) {
      vector.removeFirst(0);
      return; // thrown away, or nothing
    }
    Buffers first = chains.getFirst().writable();
    int filled = 0;
    int pieces = 0;
    for (long left = packet; left > 0; ) {
      DescriptorChain chain = chains.remove();
      Buffers place = chain.writable();
      queue.fill(chain, Math.min(left, place.byteSize()));
      left -= place.byteSize();
      size -= place.byteSize();
      pieces += place.segments().size();
      filled++;
    }
    PacketHeader.setBuffers(first, filled);
    vector.removeFirst(pieces);
    queue.flush();
  }

  /// Puts the chains that no packet needed back into the queue.
  void giveBack() {
    for (Iterator<DescriptorChain> it = chains.descendingIterator(); it.hasNext(); it.next()) {
      queue.putBack();
    }
    chains.clear();
    vector.clear();
  }
}
