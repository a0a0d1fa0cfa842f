package fcvm.virtio;

import static fcvm.virtio.PciRegisters.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.linux.EventLoop;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The driver's side of a device on PCI, with as many messages as it is given.
final class PciDriver implements AutoCloseable {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  final MemorySegment registers = Arena.ofAuto().allocate(PciTransport.READABLE_SIZE, Long.BYTES);
  final PciTransport transport;

  /// Vectors of the messages that were sent.
  final List<Integer> sent = new CopyOnWriteArrayList<>();

  private final EventLoop loop;

  PciDriver(VirtioDevice device, GuestMemory memory, int messages) throws LinuxException {
    this.loop = new EventLoop();
    InterruptMessages sink =
        new InterruptMessages() {
          @Override
          public int count() {
            return messages;
          }

          @Override
          public void send(int vector) {
            sent.add(vector);
          }
        };
    this.transport = new PciTransport(device, memory, sink, loop, registers);
  }

  int read(long offset, int size) {
    MemorySegment data = MemorySegment.ofArray(new byte[size]);
    transport.read(offset, data);
    return switch (size) {
      case Byte.BYTES -> Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, 0));
      case Short.BYTES -> Short.toUnsignedInt(data.get(SHORT, 0));
      default -> data.get(INT, 0);
    };
  }

  void write(long offset, int size, int value) {
    MemorySegment data = MemorySegment.ofArray(new byte[size]);
    switch (size) {
      case Byte.BYTES -> data.set(ValueLayout.JAVA_BYTE, 0, (byte) value);
      case Short.BYTES -> data.set(SHORT, 0, (short) value);
      default -> data.set(INT, 0, value);
    }
    transport.write(offset, data);
  }

  int status() {
    return read(DEVICE_STATUS, 1);
  }

  void setStatus(int value) {
    write(DEVICE_STATUS, 1, value);
  }

  /// Up to FEATURES_OK, with what every device offers.
  void negotiate() {
    setStatus(0);
    setStatus(1);
    setStatus(1 | 2);
    write(DRIVER_FEATURE_SELECT, 4, 0);
    write(DRIVER_FEATURE, 4, (int) Features.COMMON);
    write(DRIVER_FEATURE_SELECT, 4, 1);
    write(DRIVER_FEATURE, 4, (int) (Features.COMMON >>> 32));
    setStatus(1 | 2 | 8);
  }

  /// Sets up a queue, whose interrupts get the vector.
  MockQueue setUp(GuestMemory memory, int index, int vector) {
    write(QUEUE_SELECT, 2, index);
    int size = read(QUEUE_SIZE, 2);
    MockQueue queue = new MockQueue(memory, index, size, 0x10000L * (index + 1), Features.COMMON);
    queue.clear();
    write(QUEUE_MSIX_VECTOR, 2, vector);
    writePair(QUEUE_DESC_LOW, queue.descriptorTable());
    writePair(QUEUE_DRIVER_LOW, queue.availableRing());
    writePair(QUEUE_DEVICE_LOW, queue.usedRing());
    write(QUEUE_ENABLE, 2, 1);
    return queue;
  }

  void writePair(long offset, long value) {
    write(offset, 4, (int) value);
    write(offset + 4, 4, (int) (value >>> 32));
  }

  /// Serves what was notified of.
  void runLoop() throws LinuxException {
    loop.execute(loop::stop);
    loop.run();
  }

  @Override
  public void close() {
    transport.close();
    loop.close();
  }
}
