package fcvm.virtio;

import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The driver's side of a split virtqueue in guest memory. For one thread.
public final class MockQueue {
  /// A buffer of a chain.
  public record Buffer(long gpa, int length, boolean isWritable) {
    public static Buffer readable(long gpa, int length) {
      return new Buffer(gpa, length, false);
    }

    public static Buffer writable(long gpa, int length) {
      return new Buffer(gpa, length, true);
    }
  }

  /// A chain that came back.
  public record Used(int head, int written) {}

  private final GuestMemory memory;
  private final int index;
  private final int size;
  private final long base;
  private final boolean hasEventIndex;
  private final Deque<Integer> free = new ArrayDeque<>();
  private final Map<Integer, Integer> lengths = new HashMap<>();
  private int nextAvailable;
  private int notifiedAvailable;
  private int nextUsed;

  MockQueue(GuestMemory memory, int index, int size, long base, long features) {
    this.memory = memory;
    this.index = index;
    this.size = size;
    this.base = base;
    this.hasEventIndex = (features & Features.VIRTIO_F_EVENT_IDX) != 0;
    for (int i = 0; i < size; i++) {
      free.add(i);
    }
  }

  void clear() {
    memory.setBytes(base, new byte[0x10000]);
  }

  public int index() {
    return index;
  }

  public int size() {
    return size;
  }

  public int free() {
    return free.size();
  }

  public long descriptorTable() {
    return base;
  }

  public long availableRing() {
    return base + 16L * size;
  }

  public long usedRing() {
    return (availableRing() + 6 + 2L * size + 3) & -4;
  }

  /// Writes one descriptor as it is.
  public void descriptor(int i, long gpa, int length, int flags, int next) {
    setDescriptor(descriptorTable() + 16L * i, gpa, length, flags, next);
  }

  public void setDescriptor(long at, long gpa, int length, int flags, int next) {
    memory.setLong(at, gpa);
    memory.setInt(at + 8, length);
    memory.setShort(at + 12, (short) flags);
    memory.setShort(at + 14, (short) next);
  }

  /// Makes a chain of direct descriptors available.
  ///
  /// @return its head
  public int add(Buffer... buffers) {
    int head = free.remove();
    int current = head;
    for (int i = 0; i < buffers.length; i++) {
      boolean isLast = i == buffers.length - 1;
      int next = isLast ? 0 : free.remove();
      int flags = (isLast ? 0 : 1) | (buffers[i].isWritable() ? 2 : 0);
      descriptor(current, buffers[i].gpa(), buffers[i].length(), flags, next);
      current = next;
    }
    lengths.put(head, buffers.length);
    publish(head);
    return head;
  }

  /// Makes a chain in an indirect table available.
  public int addIndirect(long table, Buffer... buffers) {
    for (int i = 0; i < buffers.length; i++) {
      int flags = (i == buffers.length - 1 ? 0 : 1) | (buffers[i].isWritable() ? 2 : 0);
      setDescriptor(table + 16L * i, buffers[i].gpa(), buffers[i].length(), flags, i + 1);
    }
    int head = free.remove();
    descriptor(head, table, 16 * buffers.length, 4, 0);
    lengths.put(head, 1);
    publish(head);
    return head;
  }

  /// Makes whatever lies at `head` available.
  public void publish(int head) {
    memory.setShort(availableRing() + 4 + 2L * (nextAvailable & (size - 1)), (short) head);
    VarHandle.releaseFence();
    nextAvailable = (nextAvailable + 1) & 0xffff;
    memory.setShort(availableRing() + 2, (short) nextAvailable);
    VarHandle.fullFence();
  }

  /// Whether the device asked to be notified of what was published since the last question.
  public boolean wantsNotification() {
    int before = notifiedAvailable;
    notifiedAvailable = nextAvailable;
    if (!hasEventIndex) {
      return (memory.getShort(usedRing()) & 1) == 0;
    }
    int event = Short.toUnsignedInt(memory.getShort(usedRing() + 4 + 8L * size));
    return ((nextAvailable - event - 1) & 0xffff) < ((nextAvailable - before) & 0xffff);
  }

  /// Asks for an interrupt when this many more chains came back.
  public void interruptAfter(int chains) {
    memory.setShort(availableRing() + 4 + 2L * size, (short) (nextUsed + chains - 1));
    VarHandle.fullFence();
  }

  /// The next chain that came back, if any.
  public @Nullable Used poll() {
    VarHandle.fullFence();
    if (Short.toUnsignedInt(memory.getShort(usedRing() + 2)) == nextUsed) {
      return null;
    }
    VarHandle.acquireFence();
    long element = usedRing() + 4 + 8L * (nextUsed & (size - 1));
    int head = memory.getInt(element);
    nextUsed = (nextUsed + 1) & 0xffff;
    recycle(head);
    return new Used(head, memory.getInt(element + 4));
  }

  private void recycle(int head) {
    int current = head;
    Integer count = lengths.remove(head);
    for (int i = 0; count != null && i < count; i++) {
      free.add(current);
      current = Short.toUnsignedInt(memory.getShort(descriptorTable() + 16L * current + 14));
    }
  }
}
