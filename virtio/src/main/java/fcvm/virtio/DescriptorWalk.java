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
    List<MemorySegment> readable = new ArrayList<>(4);
    List<MemorySegment> writable = new ArrayList<>(4);
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
        return new DescriptorChain(head, new Buffers(readable), new Buffers(writable));
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

  private @Nullable Cause add(
      long address,
      long length,
      boolean isWritable,
      List<MemorySegment> readable,
      List<MemorySegment> writable) {
    if (!isWritable && !writable.isEmpty()) {
      return Cause.DESCRIPTOR_ORDER;
    }
    MemorySegment buffer = memory.slice(address, length);
    if (buffer == null) {
      return Cause.DESCRIPTOR_ADDRESS;
    }
    if (length > 0) {
      (isWritable ? writable : readable).add(buffer);
    }
    return null;
  }

  private static @Nullable DescriptorChain refuse(
      Consumer<DeviceFault> faults, Cause cause, long detail) {
    faults.accept(new DeviceFault(cause, detail));
    return null;
  }
}
