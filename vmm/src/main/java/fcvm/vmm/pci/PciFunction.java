package fcvm.vmm.pci;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.vmm.AddressRange;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// A PCI function's configuration space: header, base addresses, capabilities.
///
/// Base addresses are where the monitor put them: a driver may ask for their sizes, as all do, but
/// the function does not move when it writes another address.
final class PciFunction {
  /// Bytes of a configuration space.
  static final int CONFIG_SIZE = 4096;

  /// Bytes of it in which anything is.
  private static final int USED_SIZE = 256;

  private static final int VENDOR_ID = 0x00;
  private static final int DEVICE_ID = 0x02;
  private static final int COMMAND = 0x04;
  private static final int STATUS = 0x06;
  private static final int REVISION_AND_CLASS = 0x08;
  private static final int BAR0 = 0x10;
  private static final int SUBSYSTEM_VENDOR_ID = 0x2c;
  private static final int SUBSYSTEM_ID = 0x2e;
  private static final int CAPABILITIES = 0x34;
  private static final int FIRST_CAPABILITY = 0x40;

  /// I/O space, memory space, bus master, and no interrupt pin.
  private static final int COMMAND_WRITABLE = 0x0407;

  private static final int STATUS_CAPABILITIES = 0x10;
  private static final int BAR_PORTS = 1;

  /// Revision 1: a virtio device without legacy (virtio 1.3, 4.1.2.1).
  private static final int REVISION = 1;

  /// From here on subsystem ids say that a device is not transitional.
  private static final int SUBSYSTEM = 0x40;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /// Told that a driver wrote in a part of the configuration space that it watches.
  @FunctionalInterface
  interface Watcher {
    /// @param value what the two bytes are now
    void written(int value);
  }

  private final MemorySegment config;
  private final byte[] writable = new byte[USED_SIZE];
  private int end = FIRST_CAPABILITY;
  private int lastLink = CAPABILITIES;
  private int watched;
  private @Nullable Watcher watcher;

  /// @param config its part of the ECAM
  /// @param classCode class, subclass and programming interface, 24 bits
  PciFunction(MemorySegment config, int vendor, int device, int classCode) {
    this.config = config;
    config.set(SHORT, VENDOR_ID, (short) vendor);
    config.set(SHORT, DEVICE_ID, (short) device);
    config.set(SHORT, STATUS, (short) STATUS_CAPABILITIES);
    config.set(INT, REVISION_AND_CLASS, classCode << 8 | REVISION);
    config.set(SHORT, SUBSYSTEM_VENDOR_ID, (short) vendor);
    config.set(SHORT, SUBSYSTEM_ID, (short) SUBSYSTEM);
    allow(COMMAND, COMMAND_WRITABLE, Short.BYTES);
  }

  private void allow(int offset, int mask, int size) {
    for (int i = 0; i < size; i++) {
      writable[offset + i] = (byte) (mask >>> (Byte.SIZE * i));
    }
  }

  /// Says where the function has memory.
  ///
  /// @param range of a power of two, aligned to its size, below 4 GiB
  void memoryBar(int index, AddressRange range) {
    bar(index, (int) range.gpa(), (int) -range.size());
  }

  /// Says where the function has ports.
  ///
  /// @param range of a power of two, aligned to its size, 4 or more
  void portBar(int index, AddressRange range) {
    bar(index, (int) range.gpa() | BAR_PORTS, (int) -range.size());
  }

  // Size is asked for by writing ones: bits below the size stay.
  private void bar(int index, int value, int mask) {
    int offset = BAR0 + index * Integer.BYTES;
    config.set(INT, offset, value);
    allow(offset, mask, Integer.BYTES);
  }

  /// Adds a capability.
  ///
  /// @param body what comes after its id and its link, a multiple of 4 bytes with those
  /// @return where the capability begins
  int capability(int id, byte[] body) {
    int at = end;
    config.set(ValueLayout.JAVA_BYTE, lastLink, (byte) at);
    config.set(ValueLayout.JAVA_BYTE, at, (byte) id);
    lastLink = at + 1;
    MemorySegment.copy(body, 0, config, ValueLayout.JAVA_BYTE, at + 2, body.length);
    end = at + 2 + body.length;
    return at;
  }

  /// Lets a driver write some bits of two bytes, and has it told to somebody.
  void watch(int offset, int mask, Watcher who) {
    allow(offset, mask, Short.BYTES);
    watched = offset;
    watcher = who;
  }

  /// A driver's write.
  synchronized void write(long offset, MemorySegment data) {
    long size = data.byteSize();
    if (offset + size > USED_SIZE) {
      return;
    }
    for (int i = 0; i < size; i++) {
      int at = (int) offset + i;
      int old = config.get(ValueLayout.JAVA_BYTE, at) & ~writable[at];
      int written = data.get(ValueLayout.JAVA_BYTE, i) & writable[at];
      config.set(ValueLayout.JAVA_BYTE, at, (byte) (old | written));
    }
    if (watcher != null && offset < watched + Short.BYTES && watched < offset + size) {
      watcher.written(Short.toUnsignedInt(config.get(SHORT, watched)));
    }
  }
}
