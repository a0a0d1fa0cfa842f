package fcvm.virtio;

import static fcvm.virtio.MmioRegisters.*;
import static fcvm.virtio.QueueArea.AVAILABLE_RING;
import static fcvm.virtio.QueueArea.DESCRIPTOR_TABLE;
import static fcvm.virtio.QueueArea.USED_RING;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.linux.EventLoop;
import fcvm.linux.LinuxException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Virtio over mmio, version 2 (virtio 1.3, section 4.2.2): a page of registers in front of a
/// device, and one interrupt.
///
/// The monitor routes accesses of the page to [#read] and [#write], binds event `i` of
/// [#queueEvents] to writes of `i` to QueueNotify (an ioeventfd at offset [#QUEUE_NOTIFY_OFFSET],
/// length 4), and connects the interrupt pin. It may also show the guest the registers' memory
/// there, and let KVM swallow the acknowledgement of used buffers ([#ACKNOWLEDGE_OFFSET],
/// [#USED_BUFFER]): the cause then stays set, which tells a driver no more than to look at its
/// queues.
public final class MmioTransport extends Transport {
  /// Size of the register page in guest physical memory.
  public static final long SIZE = 0x1000;

  /// Where a driver writes a queue's index to notify the device.
  public static final long QUEUE_NOTIFY_OFFSET = QUEUE_NOTIFY;

  /// Where a driver acknowledges an interrupt.
  public static final long ACKNOWLEDGE_OFFSET = INTERRUPT_ACK;

  /// What it acknowledges there almost always: that buffers were used.
  public static final int USED_BUFFER = MmioInterrupt.USED_BUFFER;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private final VirtioDevice device;
  private final RegisterPage page;
  private final MmioInterrupt interrupt;

  /// Puts a transport in front of a device, which it owns from then on: [#close] closes it.
  ///
  /// @param pin pulsed for each interrupt
  /// @param shared serves the queues of devices that do not bring their own loop
  /// @param registers what a vCPU would read, [#SIZE] bytes, kept up to date: to be shown to the
  ///   guest at the page's address, where it may read and not write. That is not needed, since
  ///   [#read] gives the same, but reads are then no exits.
  public MmioTransport(
      VirtioDevice device,
      GuestMemory memory,
      InterruptPin pin,
      EventLoop shared,
      MemorySegment registers)
      throws LinuxException {
    super(device, memory, shared);
    this.device = device;
    this.page = new RegisterPage(device.type(), registers);
    this.interrupt = new MmioInterrupt(pin, page, device);
    device.readConfig(0, page.config());
    publish();
  }

  @Override
  void publish() {
    QueueState queue = queue();
    page.set(DEVICE_FEATURES, features().offeredHalf());
    page.set(QUEUE_SIZE_MAX, queueSizeMax());
    page.set(QUEUE_READY, queue != null && queue.isReady() ? 1 : 0);
    page.set(STATUS, status());
  }

  @Override
  Interrupts interrupts() {
    return interrupt;
  }

  @Override
  public void read(long offset, MemorySegment data) {
    page.read(offset, data);
  }

  @Override
  public void write(long offset, MemorySegment data) {
    if (offset < CONFIG && data.byteSize() != Integer.BYTES) {
      return;
    }
    if (offset == INTERRUPT_ACK) {
      // Without the lock, for which a driver would wait here while the device is busy.
      interrupt.acknowledge(data.get(INT, 0));
    } else if (offset >= CONFIG) {
      change(() -> {
        writeConfig(offset - CONFIG, data);
        device.readConfig(0, page.config());
      });
    } else {
      int value = data.get(INT, 0);
      change(() -> setRegister((int) offset, value));
    }
  }

  private void setRegister(int offset, int value) {
    switch (offset) {
      case STATUS -> setStatus(value);
      case DEVICE_FEATURES_SEL -> features().selectDevice(value);
      case DRIVER_FEATURES_SEL -> features().selectDriver(value);
      case DRIVER_FEATURES -> acceptFeatures(value);
      case QUEUE_SEL -> selectQueue(value);
      case QUEUE_NOTIFY -> notifyQueue(value);
      case QUEUE_READY -> setQueueReady((value & 1) != 0);
      case QUEUE_SIZE -> setQueueSize(value);
      case QUEUE_DESC_LOW -> setQueueArea(DESCRIPTOR_TABLE, false, value);
      case QUEUE_DESC_HIGH -> setQueueArea(DESCRIPTOR_TABLE, true, value);
      case QUEUE_DRIVER_LOW -> setQueueArea(AVAILABLE_RING, false, value);
      case QUEUE_DRIVER_HIGH -> setQueueArea(AVAILABLE_RING, true, value);
      case QUEUE_DEVICE_LOW -> setQueueArea(USED_RING, false, value);
      case QUEUE_DEVICE_HIGH -> setQueueArea(USED_RING, true, value);
      default -> {}
    }
  }
}
