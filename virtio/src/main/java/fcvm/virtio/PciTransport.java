package fcvm.virtio;

import static fcvm.virtio.PciRegisters.*;
import static fcvm.virtio.QueueArea.AVAILABLE_RING;
import static fcvm.virtio.QueueArea.DESCRIPTOR_TABLE;
import static fcvm.virtio.QueueArea.USED_RING;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.linux.EventLoop;
import fcvm.linux.LinuxException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// Virtio over PCI (virtio 1.3, section 4.1): the registers in a device's memory, and a
/// message-signalled interrupt for each queue. The PCI function that they are part of is the
/// monitor's.
///
/// Registers are at [#COMMON], [#ISR], [#DEVICE_CONFIG] and [#NOTIFY]. The monitor routes accesses
/// to [#read] and [#write], and binds event `i` of [#queueEvents] to writes of `i`, of two bytes,
/// to where drivers notify: all queues at one address. It may also show the guest the registers'
/// memory in the first page.
public final class PciTransport extends Transport {
  /// Offset and size of the common configuration.
  public static final int COMMON = 0;

  public static final int COMMON_SIZE = 0x40;

  /// Offset and size of the device's own configuration.
  public static final int DEVICE_CONFIG = 0x100;

  public static final int DEVICE_CONFIG_SIZE = 0xf00;

  /// What can be shown to the guest as memory that it may read.
  public static final int READABLE_SIZE = 0x1000;

  /// Offset and size of the ISR status, whose read changes it.
  public static final int ISR = 0x1000;

  public static final int ISR_SIZE = 4;

  /// Where a driver writes a queue's index to notify the device.
  public static final int NOTIFY = 0x1800;

  public static final int NOTIFY_SIZE = 4;

  /// Size of all registers.
  public static final int SIZE = 0x2000;

  private static final VarHandle INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN).varHandle();
  private static final VarHandle SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN).varHandle();

  private final VirtioDevice device;
  private final MemorySegment page;
  private final PciInterrupts interrupts;

  /// Puts a transport in front of a device, which it owns from then on: [#close] closes it.
  ///
  /// @param messages the function's interrupts
  /// @param shared serves the queues of devices that do not bring their own loop
  /// @param registers the first page of the registers, [#READABLE_SIZE] bytes, kept up to date: to
  ///   be shown to the guest, so that reads are no exits, or not
  public PciTransport(
      VirtioDevice device,
      GuestMemory memory,
      InterruptMessages messages,
      EventLoop shared,
      MemorySegment registers)
      throws LinuxException {
    super(device, memory, shared);
    this.device = device;
    this.page = registers;
    this.interrupts = new PciInterrupts(messages, queueCount(), this::refresh);
    device.readConfig(0, config());
    publish();
  }

  /// Messages that a device of so many queues can make use of.
  public static int messages(VirtioDevice device) {
    return 1 + device.queueSizes().size();
  }

  private MemorySegment config() {
    return page.asSlice(DEVICE_CONFIG, DEVICE_CONFIG_SIZE);
  }

  // A driver that reads the configuration at the same time sees by the generation that it has to
  // read again (4.1.4.3.1).
  private synchronized void refresh() {
    device.readConfig(0, config());
    byte generation = page.get(ValueLayout.JAVA_BYTE, CONFIG_GENERATION);
    VarHandle.releaseFence();
    page.set(ValueLayout.JAVA_BYTE, CONFIG_GENERATION, (byte) (generation + 1));
  }

  private void set(int register, int value) {
    INT.set(page, (long) register, value);
  }

  private void setShort(int register, int value) {
    SHORT.set(page, (long) register, (short) value);
  }

  private void setPair(int register, long value) {
    set(register, (int) value);
    set(register + Integer.BYTES, (int) (value >>> 32));
  }

  @Override
  void publish() {
    set(DEVICE_FEATURE_SELECT, features().deviceSelect());
    set(DEVICE_FEATURE, features().offeredHalf());
    set(DRIVER_FEATURE_SELECT, features().driverSelect());
    set(DRIVER_FEATURE, features().acceptedHalf());
    setShort(CONFIG_MSIX_VECTOR, interrupts.configurationVector());
    setShort(NUM_QUEUES, queueCount());
    setShort(QUEUE_SELECT, queueSelect());
    QueueState queue = queue();
    setShort(QUEUE_SIZE, queue == null ? 0 : queue.size());
    setShort(QUEUE_MSIX_VECTOR, queue == null ? NO_VECTOR : interrupts.queueVector(queueSelect()));
    setShort(QUEUE_ENABLE, queue != null && queue.isReady() ? 1 : 0);
    setPair(QUEUE_DESC_LOW, queue == null ? 0 : queue.descriptorTable());
    setPair(QUEUE_DRIVER_LOW, queue == null ? 0 : queue.availableRing());
    setPair(QUEUE_DEVICE_LOW, queue == null ? 0 : queue.usedRing());
    VarHandle.releaseFence();
    page.set(ValueLayout.JAVA_BYTE, DEVICE_STATUS, (byte) status());
  }

  @Override
  Interrupts interrupts() {
    return interrupts;
  }

  @Override
  public void read(long offset, MemorySegment data) {
    data.fill((byte) 0);
    long size = data.byteSize();
    if (offset == ISR) {
      data.set(ValueLayout.JAVA_BYTE, 0, (byte) interrupts.takeCauses());
    } else if (offset >= 0 && offset + size <= READABLE_SIZE) {
      MemorySegment.copy(page, offset, data, 0, size);
    }
  }

  @Override
  public void write(long offset, MemorySegment data) {
    if (offset >= DEVICE_CONFIG && offset < DEVICE_CONFIG + DEVICE_CONFIG_SIZE) {
      change(() -> {
        writeConfig(offset - DEVICE_CONFIG, data);
        device.readConfig(0, config());
      });
    } else if (offset == NOTIFY && data.byteSize() == Short.BYTES) {
      notifyQueue(unsigned(data));
    } else if (offset < COMMON_SIZE && offset >= 0) {
      change(() -> setRegister((int) offset, data));
    }
  }

  private static int unsigned(MemorySegment data) {
    return Short.toUnsignedInt((short) SHORT.get(data, 0L));
  }

  /// Each field takes accesses of its size alone, those of 64 bits whole or, as the specification
  /// has it (4.1.3.1), in halves.
  private void setRegister(int offset, MemorySegment data) {
    switch ((int) data.byteSize()) {
      case Byte.BYTES -> {
        if (offset == DEVICE_STATUS) {
          setStatus(Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, 0)));
        }
      }
      case Short.BYTES -> setShortRegister(offset, unsigned(data));
      case Integer.BYTES -> setIntRegister(offset, (int) INT.get(data, 0L));
      case Long.BYTES -> {
        if (offset >= QUEUE_DESC_LOW && offset % Long.BYTES == 0) {
          setIntRegister(offset, (int) INT.get(data, 0L));
          setIntRegister(offset + Integer.BYTES, (int) INT.get(data, (long) Integer.BYTES));
        }
      }
      default -> {}
    }
  }

  private void setShortRegister(int offset, int value) {
    switch (offset) {
      case CONFIG_MSIX_VECTOR -> interrupts.setConfigurationVector(value);
      case QUEUE_SELECT -> selectQueue(value);
      case QUEUE_SIZE -> setQueueSize(value);
      case QUEUE_MSIX_VECTOR -> {
        if (queue() != null) {
          interrupts.setQueueVector(queueSelect(), value);
        }
      }
      case QUEUE_ENABLE -> {
        if (value == 1) { // a driver never disables one (4.1.4.3.2)
          setQueueReady(true);
        }
      }
      default -> {}
    }
  }

  private void setIntRegister(int offset, int value) {
    switch (offset) {
      case DEVICE_FEATURE_SELECT -> features().selectDevice(value);
      case DRIVER_FEATURE_SELECT -> features().selectDriver(value);
      case DRIVER_FEATURE -> acceptFeatures(value);
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
