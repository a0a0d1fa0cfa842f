package fcvm.virtio;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import fcvm.linux.EventFd;
import fcvm.linux.EventLoop;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.Assertions;

/// The driver's side of a device, in plain memory: finds it through its registers, sets up queues,
/// makes chains available and waits for them to come back. Runs the shared event loop on a thread.
public final class MockDriver implements AutoCloseable {
  /// Bytes of guest memory: rings at the start, the rest for buffers.
  public static final long MEMORY_SIZE = 8 << 20;

  private static final long BUFFERS = 1 << 20;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private final Arena arena = Arena.ofShared();
  public final GuestMemory memory;
  public final EventFd interrupt;
  public final EventLoop loop;
  public final MmioTransport transport;

  /// What the guest may be shown of the transport's registers.
  public final MemorySegment registers = registers();

  public final List<MockQueue> queues = new ArrayList<>();
  private final Thread loopThread;
  private long nextBuffer = BUFFERS;

  public MockDriver(VirtioDevice device) throws IOException {
    MemorySegment segment = arena.allocate(MEMORY_SIZE, 4096);
    this.memory = GuestMemory.of(segment);
    this.interrupt = new EventFd();
    this.loop = new EventLoop();
    this.transport = new MmioTransport(device, memory, interrupt::signal, loop, registers);
    this.loopThread =
        Thread.ofPlatform()
            .name("mock loop")
            .start(() -> {
              try {
                loop.run();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
  }

  static MemorySegment registers() {
    return Arena.ofAuto().allocate(MmioTransport.SIZE, Integer.BYTES);
  }

  /// A driver that has negotiated and set up every queue; `wanted` is masked by what is offered.
  public static MockDriver ready(VirtioDevice device, long wanted) throws IOException {
    MockDriver driver = new MockDriver(device);
    driver.start(wanted);
    return driver;
  }

  /// The initialisation sequence of virtio 1.3, 3.1.1.
  public void start(long wanted) {
    write(MmioRegisters.STATUS, 0);
    write(MmioRegisters.STATUS, 1);
    write(MmioRegisters.STATUS, 1 | 2);
    long features = offered() & wanted;
    accept(features);
    write(MmioRegisters.STATUS, 1 | 2 | 8);
    Assertions.assertThat(read(MmioRegisters.STATUS) & 8).as("FEATURES_OK").isEqualTo(8);
    queues.clear();
    for (int i = 0; ; i++) {
      write(MmioRegisters.QUEUE_SEL, i);
      int max = read(MmioRegisters.QUEUE_SIZE_MAX);
      if (max == 0) {
        break;
      }
      queues.add(setUp(i, max, features));
    }
    write(MmioRegisters.STATUS, 1 | 2 | 8 | 4);
  }

  private MockQueue setUp(int index, int size, long features) {
    MockQueue queue = new MockQueue(memory, index, size, 0x10000L * (index + 1), features);
    queue.clear();
    write(MmioRegisters.QUEUE_SIZE, size);
    writePair(MmioRegisters.QUEUE_DESC_LOW, queue.descriptorTable());
    writePair(MmioRegisters.QUEUE_DRIVER_LOW, queue.availableRing());
    writePair(MmioRegisters.QUEUE_DEVICE_LOW, queue.usedRing());
    write(MmioRegisters.QUEUE_READY, 1);
    Assertions.assertThat(read(MmioRegisters.QUEUE_READY)).as("QueueReady").isEqualTo(1);
    return queue;
  }

  /// Features that the device offers.
  public long offered() {
    write(MmioRegisters.DEVICE_FEATURES_SEL, 1);
    long high = Integer.toUnsignedLong(read(MmioRegisters.DEVICE_FEATURES)) << 32;
    write(MmioRegisters.DEVICE_FEATURES_SEL, 0);
    return high | Integer.toUnsignedLong(read(MmioRegisters.DEVICE_FEATURES));
  }

  public void accept(long features) {
    write(MmioRegisters.DRIVER_FEATURES_SEL, 0);
    write(MmioRegisters.DRIVER_FEATURES, (int) features);
    write(MmioRegisters.DRIVER_FEATURES_SEL, 1);
    write(MmioRegisters.DRIVER_FEATURES, (int) (features >>> 32));
  }

  public int read(long offset) {
    MemorySegment data = MemorySegment.ofArray(new byte[4]);
    transport.read(offset, data);
    return data.get(INT, 0);
  }

  public void write(long offset, int value) {
    MemorySegment data = MemorySegment.ofArray(new byte[4]);
    data.set(INT, 0, value);
    transport.write(offset, data);
  }

  private void writePair(long offset, long value) {
    write(offset, (int) value);
    write(offset + 4, (int) (value >>> 32));
  }

  public int status() {
    return read(MmioRegisters.STATUS);
  }

  /// Waits until one of `bits` is set in the device status.
  public int awaitStatus(int bits) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while ((status() & bits) == 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(20_000);
    }
    return status();
  }

  /// Waits for an interrupt.
  public void awaitInterrupt() {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (interrupt.drain() == 0) {
      Assertions.assertThat(System.nanoTime()).as("an interrupt in time").isLessThan(deadline);
      LockSupport.parkNanos(20_000);
    }
  }

  /// A fresh buffer of guest memory; never given out twice.
  public long allocate(long size) {
    long gpa = nextBuffer;
    nextBuffer += (size + 15) & -16;
    Assertions.assertThat(nextBuffer).as("mock memory").isLessThanOrEqualTo(MEMORY_SIZE);
    return gpa;
  }

  public void notify(MockQueue queue) {
    write(MmioRegisters.QUEUE_NOTIFY, queue.index());
  }

  /// Makes a chain available, notifies if the device wants that, and waits for its return.
  ///
  /// @return bytes that the device says it wrote
  public int request(MockQueue queue, MockQueue.Buffer... buffers) {
    queue.add(buffers);
    if (queue.wantsNotification()) {
      notify(queue);
    }
    return await(queue).written();
  }

  /// Waits until the device gives a chain back.
  public MockQueue.Used await(MockQueue queue) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < deadline) {
      MockQueue.Used used = queue.poll();
      if (used != null) {
        return used;
      }
      LockSupport.parkNanos(20_000);
    }
    throw new AssertionError("the device gave nothing back; status " + status());
  }

  @Override
  public void close() {
    transport.close();
    loop.stop();
    boolean joined = false;
    while (!joined) {
      try {
        loopThread.join();
        joined = true;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    loop.close();
    interrupt.close();
    arena.close();
  }
}
