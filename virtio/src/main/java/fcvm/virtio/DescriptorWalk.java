package fcvm.virtio;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.virtio.DeviceFault.Cause;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Walks descriptor chains through a descriptor table and at most one indirect table (virtio 1.3,
/// 2.7.5). Each descriptor is copied once into memory of our own and only the copy is looked at:
/// the driver may change the original between a check and a use.
final class DescriptorWalk {
  private static final int SIZE = 16;
  private static final int VIRTQ_DESC_F_NEXT = 1;
  private static final int VIRTQ_DESC_F_WRITE = 2;
  private static final int VIRTQ_DESC_F_INDIRECT = 4;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private final GuestMemory memory;
  private final MemorySegment table;
  private final int queueSize;
  private final boolean allowsIndirect;

  /// `struct virtq_desc { le64 addr; le32 len; le16 flags; le16 next; }`.
  private final long[] descriptor = new long[SIZE / Long.BYTES];

  DescriptorWalk(GuestMemory memory, MemorySegment table, int queueSize, boolean allowsIndirect) {
    this.memory = memory;
    this.table = table;
    this.queueSize = queueSize;
    this.allowsIndirect = allowsIndirect;
  }

  /// The chain that starts at `head`, or null after telling `faults` why there is none.
  @Nullable DescriptorChain chain(int head, Consumer<DeviceFault> faults) {
    Pieces readable = new Pieces();
    Pieces writable = new Pieces();
    MemorySegment current = table;
    boolean isIndirect = false;
    int index = head;
    // A chain is never longer than the queue (2.7.5.3.1), which also ends every cycle.
    for (int walked = 0; walked <= queueSize; walked++) {
      if (index >= current.byteSize() / SIZE) {
        return refuse(faults, Cause.DESCRIPTOR_INDEX, index);
      }
      MemorySegment.copy(current, LONG, (long) index * SIZE, descriptor, 0, descriptor.length);
      long address = descriptor[0];
      long length = descriptor[1] & 0xffff_ffffL;
      int flags = (int) (descriptor[1] >>> 32) & 0xffff;
      if ((flags & VIRTQ_DESC_F_INDIRECT) != 0) {
        MemorySegment indirect = isIndirect ? null : indirect(address, length, flags);
        if (indirect == null) {
          return refuse(faults, Cause.INDIRECT, address);
        }
        current = indirect;
        isIndirect = true;
        index = 0;
        continue;
      }
      boolean isWritable = (flags & VIRTQ_DESC_F_WRITE) != 0;
      Cause wrong = add(address, length, isWritable, readable, writable);
      if (wrong != null) {
        return refuse(faults, wrong, address);
      }
      if ((flags & VIRTQ_DESC_F_NEXT) == 0) {
        return new DescriptorChain(head, readable.buffers(), writable.buffers());
      }
      index = (int) (descriptor[1] >>> 48);
    }
    return refuse(faults, Cause.DESCRIPTOR_LOOP, head);
  }

  private @Nullable MemorySegment indirect(long address, long length, int flags) {
    boolean isLast = (flags & VIRTQ_DESC_F_NEXT) == 0;
    if (!allowsIndirect || !isLast || length == 0 || length % SIZE != 0) {
      return null;
    }
    return memory.slice(address, length);
  }

  private static @Nullable Cause add(
      long address, long length, boolean isWritable, Pieces readable, Pieces writable) {
    if (!isWritable && !writable.isEmpty()) {
      return Cause.DESCRIPTOR_ORDER;
    }
    return (isWritable ? writable : readable).add(address, length)
        ? null
        : Cause.DESCRIPTOR_ADDRESS;
  }

  /// One direction of a chain. Drivers cut requests into pages, which often lie one after the other
  /// all the same: those are one piece.
  private final class Pieces {
    private final List<MemorySegment> pieces = new ArrayList<>(4);
    private @Nullable MemorySegment last;
    private long start;

    boolean isEmpty() {
      return last == null;
    }

    /// @return false if it is not in memory
    boolean add(long address, long length) {
      MemorySegment piece = memory.slice(address, length);
      if (piece == null) {
        return false;
      }
      if (length == 0) {
        return true;
      }
      MemorySegment before = last;
      if (before != null) {
        MemorySegment both =
            address - start == before.byteSize()
                ? memory.slice(start, before.byteSize() + length)
                : null;
        if (both != null) {
          last = both;
          return true;
        }
        pieces.add(before);
      }
      last = piece;
      start = address;
      return true;
    }

    Buffers buffers() {
      if (last != null) {
        pieces.add(last);
        last = null;
      }
      return new Buffers(pieces);
    }
  }

  private static @Nullable DescriptorChain refuse(
      Consumer<DeviceFault> faults, Cause cause, long detail) {
    faults.accept(new DeviceFault(cause, detail));
    return null;
  }
}
