package fcvm.virtio.net;

import fcvm.virtio.Buffers;
import fcvm.virtio.DescriptorChain;
import fcvm.virtio.Virtqueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Room in the guest for the next packet: chains of the receive queue, as many as it takes if the
/// driver can join them, else one. What a packet leaves over is the next one's.
final class ReceiveRoom {
  private final Virtqueue queue;
  private final boolean isMergeable;
  private final Deque<DescriptorChain> chains = new ArrayDeque<>();
  private long size;
  private int pieces;
  private Buffers place = Buffers.EMPTY;
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

  /// Room for a packet; empty if it has to be thrown away, since the driver's buffers are too small
  /// for it and cannot be joined.
  ///
  /// @param wanted bytes with the header
  /// @return null if there is not enough, see [#isStarving] and [#isBroken]
  @Nullable Buffers take(long wanted) {
    while (size < wanted && (isMergeable || chains.isEmpty())) {
      DescriptorChain chain = queue.next();
      if (chain == null) {
        isStarving = true;
        return null;
      }
      long more = chain.writable().byteSize();
      pieces += chain.writable().segments().size();
      if (more < PacketHeader.SIZE || pieces > NetBackend.MAX_PIECES) {
        isBroken = true;
        return null;
      }
      chains.add(chain);
      size += more;
    }
    isStarving = false;
    isTaken = true;
    place =
        size < wanted
            ? Buffers.EMPTY
            : Buffers.join(chains.stream().map(DescriptorChain::writable).toList());
    return place;
  }

  /// The packet is there: gives its chains back, all at once.
  ///
  /// @param packet bytes with the header
  void deliver(long packet) {
    isTaken = false;
    if (place.byteSize() == 0 || packet < PacketHeader.SIZE) {
      return; // thrown away, or nothing
    }
    List<DescriptorChain> filled = new ArrayList<>();
    long left = packet;
    while (left > 0) {
      DescriptorChain chain = chains.remove();
      filled.add(chain);
      left -= chain.writable().byteSize();
    }
    PacketHeader.setBuffers(place, filled.size());
    left = packet;
    for (DescriptorChain chain : filled) {
      long capacity = chain.writable().byteSize();
      queue.fill(chain, Math.min(left, capacity));
      left -= capacity;
      size -= capacity;
      pieces -= chain.writable().segments().size();
    }
    queue.flush();
  }

  /// Puts the chains that no packet needed back into the queue.
  void giveBack() {
    for (Iterator<DescriptorChain> it = chains.descendingIterator(); it.hasNext(); it.next()) {
      queue.putBack();
    }
    chains.clear();
  }
}
