package fcvm.virtio;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.virtio.DeviceFault.Cause;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The device's side of a split virtqueue (virtio 1.3, section 2.7).
///
/// [#next] takes chains that the driver made available, [#used] gives them back, and
/// [#needsInterrupt] says whether the driver wants to hear of it. How either side is notified is
/// not the queue's business. A queue is used by one thread at a time, under its transport's lock.
///
/// A ring that breaks the rules is reported once as a [DeviceFault]; from then on the queue is
/// stopped and has no next chain.
public final class Virtqueue {
  /// The most descriptors that a queue can have.
  public static final int MAX_SIZE = 32768;

  private static final int DESCRIPTOR_SIZE = 16;
  private static final int RING = 4;
  private static final int USED_ELEMENT_SIZE = 8;
  private static final int INDEX = 2;
  private static final int VIRTQ_AVAIL_F_NO_INTERRUPT = 1;

  // Ring indices are shared with the driver's processors: acquire what it published, release what
  // we publish. These demand natural alignment, which open() checks.
  private static final VarHandle SHORT =
      ValueLayout.JAVA_SHORT.withOrder(LITTLE_ENDIAN).varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.withOrder(LITTLE_ENDIAN).varHandle();

  private final int size;
  private final QueueState configured;
  private final MemorySegment available;
  private final MemorySegment used;
  private final boolean hasEventIndex;
  private final DescriptorWalk walk;
  private final Consumer<DeviceFault> faults;

  private int nextAvailable;
  private int nextUsed;
  private int signalledUsed;
  private boolean isStopped;

  private Virtqueue(
      QueueState state,
      MemorySegment available,
      MemorySegment used,
      boolean hasEventIndex,
      DescriptorWalk walk,
      Consumer<DeviceFault> faults) {
    this.size = state.size();
    this.configured = state;
    this.available = available;
    this.used = used;
    this.hasEventIndex = hasEventIndex;
    this.walk = walk;
    this.faults = faults;
    this.nextAvailable = state.nextAvailable();
    this.nextUsed = state.nextUsed();
    this.signalledUsed = state.signalledUsed();
  }

  /// A queue on rings in guest memory, continuing where `state` stands.
  ///
  /// @param features what was negotiated
  /// @param faults told of the one fault that stops the queue
  /// @return the queue, or null after a fault: size or addresses are not acceptable
  public static @Nullable Virtqueue open(
      QueueState state, GuestMemory memory, long features, Consumer<DeviceFault> faults) {
    int size = state.size();
    if (size <= 0 || size > MAX_SIZE || Integer.bitCount(size) != 1) {
      faults.accept(new DeviceFault(Cause.QUEUE_SIZE, size));
      return null;
    }
    // With or without the two bytes of the event index: every driver lays them out.
    MemorySegment table = ring(memory, state.descriptorTable(), 16, (long) DESCRIPTOR_SIZE * size);
    MemorySegment available = ring(memory, state.availableRing(), 2, RING + 2L * size + 2);
    MemorySegment used =
        ring(memory, state.usedRing(), 4, RING + (long) USED_ELEMENT_SIZE * size + 2);
    if (table == null || available == null || used == null) {
      long gpa =
          table == null
              ? state.descriptorTable()
              : available == null ? state.availableRing() : state.usedRing();
      faults.accept(new DeviceFault(Cause.QUEUE_ADDRESS, gpa));
      return null;
    }
    boolean indirect = (features & Features.VIRTIO_F_INDIRECT_DESC) != 0;
    return new Virtqueue(
        state,
        available,
        used,
        (features & Features.VIRTIO_F_EVENT_IDX) != 0,
        new DescriptorWalk(memory, table, size, indirect),
        faults);
  }

  private static @Nullable MemorySegment ring(
      GuestMemory memory, long gpa, int alignment, long length) {
    return gpa % alignment == 0 ? memory.slice(gpa, length) : null;
  }

  /// Number of descriptors.
  public int size() {
    return size;
  }

  /// Takes the next available chain.
  ///
  /// When there is none, the driver has been asked to notify of the next one, so a device that
  /// serves until null misses nothing.
  ///
  /// @return the chain, or null if there is none or the queue is stopped
  public @Nullable DescriptorChain next() {
    if (isStopped || !hasPending()) {
      return null;
    }
    int slot = RING + 2 * (nextAvailable & (size - 1));
    int head = Short.toUnsignedInt((short) SHORT.getOpaque(available, (long) slot));
    DescriptorChain chain = walk.chain(head, this::fault);
    if (chain != null) {
      nextAvailable = (nextAvailable + 1) & 0xffff;
    }
    return chain;
  }

  /// Makes the chain that was taken last the next one again: it was not needed after all. So it
  /// goes on, backwards, with those that were taken before it and not given back.
  public void putBack() {
    nextAvailable = (nextAvailable - 1) & 0xffff;
  }

  private boolean hasPending() {
    int pending = pending();
    if (pending == 0 && hasEventIndex) {
      SHORT.setOpaque(used, eventIndex(USED_ELEMENT_SIZE), (short) nextAvailable);
      // The driver stores its index, then loads our event index; we do the opposite. Without the
      // fence both could see the old value, and a chain would wait for ever (2.7.10).
      VarHandle.fullFence();
      pending = pending();
    }
    if (pending > size) {
      fault(new DeviceFault(Cause.AVAILABLE_INDEX, pending));
      return false;
    }
    return pending != 0;
  }

  private int pending() {
    return ((short) SHORT.getAcquire(available, (long) INDEX) - nextAvailable) & 0xffff;
  }

  /// Gives a chain back.
  ///
  /// @param written bytes that the device wrote, from the start of [DescriptorChain#writable]
  public void used(DescriptorChain chain, long written) {
    fill(chain, written);
    flush();
  }

  /// Gives a chain back that the driver shall see only together with those that follow it, at
  /// [#flush].
  ///
  /// @param written bytes that the device wrote, from the start of [DescriptorChain#writable]
  public void fill(DescriptorChain chain, long written) {
    long element = RING + (long) USED_ELEMENT_SIZE * (nextUsed & (size - 1));
    INT.setOpaque(used, element, chain.head());
    INT.setOpaque(used, element + 4, (int) written);
    nextUsed = (nextUsed + 1) & 0xffff;
  }

  /// Shows the driver what was filled in.
  public void flush() {
    SHORT.setRelease(used, (long) INDEX, (short) nextUsed);
  }

  /// Whether the driver wants an interrupt for the chains given back since the last question
  /// (2.7.7). Ask once per batch.
  public boolean needsInterrupt() {
    int before = signalledUsed;
    signalledUsed = nextUsed;
    if (isStopped || before == nextUsed) {
      return false;
    }
    // The used index above must be visible before we read what the driver wants.
    VarHandle.fullFence();
    if (!hasEventIndex) {
      return ((short) SHORT.getOpaque(available, 0L) & VIRTQ_AVAIL_F_NO_INTERRUPT) == 0;
    }
    int event = Short.toUnsignedInt((short) SHORT.getOpaque(available, eventIndex(2)));
    return ((nextUsed - event - 1) & 0xffff) < ((nextUsed - before) & 0xffff);
  }

  private long eventIndex(int elementSize) {
    return RING + (long) elementSize * size;
  }

  private void fault(DeviceFault fault) {
    stop();
    faults.accept(fault);
  }

  /// Ends the queue: it has no next chain any more.
  void stop() {
    isStopped = true;
  }

  /// The queue as it stands, for a snapshot.
  public QueueState state() {
    return new QueueState(
        size,
        configured.isReady(),
        configured.descriptorTable(),
        configured.availableRing(),
        configured.usedRing(),
        nextAvailable,
        nextUsed,
        signalledUsed);
  }
}
