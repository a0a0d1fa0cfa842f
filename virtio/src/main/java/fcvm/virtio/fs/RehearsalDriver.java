package fcvm.virtio.fs;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;

import fcvm.fuse.FuseOpcode;
import fcvm.linux.Errno;
import fcvm.linux.EventFd;
import fcvm.linux.EventLoop;
import fcvm.linux.LinuxException;
import fcvm.virtio.Features;
import fcvm.virtio.GuestMemory;
import fcvm.virtio.InterruptMessages;
import fcvm.virtio.PciTransport;
import fcvm.virtio.QueueState;
import fcvm.virtio.TransportState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// The driver's side of a file system device, in memory of its own: one request at a time, cut into
/// descriptors as Linux does it. For one thread.
final class RehearsalDriver implements AutoCloseable {
  static final int HIPRIO = 0;
  static final int REQUESTS = 1;

  private static final int MEMORY_SIZE = 1 << 20;
  private static final int QUEUE_SIZE = 64;
  private static final int DESCRIPTOR_SIZE = 16;

  // Where things are in guest memory.
  private static final int RINGS_EACH = 0x4000;
  private static final int AVAILABLE = 0x1000;
  private static final int USED = 0x2000;
  private static final int TABLE = 0x10000;
  private static final int REQUEST = 0x11000;
  private static final int REPLY = 0x12000;
  private static final int DATA = 0x20000;

  private static final int HEADER = 40;
  private static final int REPLY_HEADER = 16;

  private static final int NEXT = 1;
  private static final int WRITE = 2;
  private static final int INDIRECT = 4;

  /// ACKNOWLEDGE, DRIVER, DRIVER_OK, FEATURES_OK.
  private static final int READY = 1 | 2 | 4 | 8;

  private static final int NEEDS_RESET = 64;
  private static final long PAUSE_NANOS = 20_000;

  private final Arena arena = Arena.ofShared();
  private final EventLoop loop;
  private final EventFd interrupt;
  private final PciTransport transport;
  private final ByteBuffer memory;
  private final int[] made;
  private int descriptors;
  private long unique;

  /// @param device ours from now on
  RehearsalDriver(Fs device) throws LinuxException {
    MemorySegment segment = arena.allocate(MEMORY_SIZE, RINGS_EACH);
    this.memory = segment.asByteBuffer().order(LITTLE_ENDIAN);
    this.loop = new EventLoop();
    this.interrupt = EventFd.blocking();
    this.transport =
        new PciTransport(
            device,
            GuestMemory.of(segment),
            new Messages(PciTransport.messages(device)),
            loop,
            arena.allocate(PciTransport.READABLE_SIZE, PciTransport.READABLE_SIZE));
    List<QueueState> queues = new ArrayList<>();
    for (int i = 0; i < device.queueSizes().size(); i++) {
      long rings = rings(i);
      queues.add(new QueueState(QUEUE_SIZE, true, rings, rings + AVAILABLE, rings + USED, 0, 0, 0));
    }
    this.made = new int[queues.size()];
    List<Integer> vectors = IntStream.range(0, PciTransport.messages(device)).boxed().toList();
    transport.restore(new TransportState(READY, 0, 0, Features.COMMON, 0, 0, vectors, queues));
  }

  /// All wake the driver.
  private final class Messages implements InterruptMessages {
    private final int count;

    Messages(int count) {
      this.count = count;
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public void send(int vector) {
      interrupt.signal();
    }
  }

  private static int rings(int queue) {
    return queue * RINGS_EACH;
  }

  /// Begins a request's arguments.
  ByteBuffer arguments() {
    return memory.duplicate().order(LITTLE_ENDIAN).position(REQUEST + HEADER);
  }

  /// Sends a request and waits for the answer.
  ///
  /// @param arguments from [#arguments]
  /// @param sent bytes of data that follow
  /// @param room bytes that the answer may have
  /// @return the answer, behind its header
  /// @throws LinuxException if the answer is an error
  ByteBuffer call(int opcode, long node, ByteBuffer arguments, int sent, int room)
      throws LinuxException {
    int end = arguments.position();
    header(opcode, node, end - REQUEST + sent);
    descriptors = 0;
    descriptor(REQUEST, HEADER, 0);
    descriptor(REQUEST + HEADER, end - REQUEST - HEADER, 0);
    descriptor(DATA, sent, 0);
    descriptor(REPLY, REPLY_HEADER, WRITE);
    descriptor(REPLY + REPLY_HEADER, room, WRITE);
    exchange(REQUESTS);
    int error = memory.getInt(REPLY + 4);
    if (error < 0) {
      throw new LinuxException("request " + opcode + " of a rehearsal", error);
    }
    int length = memory.getInt(REPLY);
    ByteBuffer answer = memory.duplicate().order(LITTLE_ENDIAN);
    return answer.position(REPLY + REPLY_HEADER).limit(REPLY + length);
  }

  /// Sends what has no answer.
  void forget(long node, long lookups) throws LinuxException {
    ByteBuffer arguments = arguments().putLong(lookups);
    header(FuseOpcode.FUSE_FORGET, node, arguments.position() - REQUEST);
    descriptors = 0;
    descriptor(REQUEST, arguments.position() - REQUEST, 0);
    exchange(HIPRIO);
  }

  /// A name, with its NUL.
  static byte[] name(String name) {
    return (name + "\0").getBytes(UTF_8);
  }

  private void header(int opcode, long node, int length) {
    memory.putInt(REQUEST, length).putInt(REQUEST + 4, opcode);
    memory.putLong(REQUEST + 8, ++unique).putLong(REQUEST + 16, node);
    memory.putLong(REQUEST + 24, 0).putLong(REQUEST + 32, 0);
  }

  private void descriptor(int gpa, int length, int flags) {
    if (length > 0) {
      int at = TABLE + DESCRIPTOR_SIZE * descriptors++;
      descriptor(at, gpa, length, flags | NEXT);
      memory.putShort(at + 14, (short) descriptors);
    }
  }

  private void descriptor(int at, int gpa, int length, int flags) {
    memory.putLong(at, gpa).putInt(at + 8, length).putShort(at + 12, (short) flags);
  }

  private void exchange(int queue) throws LinuxException {
    int last = TABLE + DESCRIPTOR_SIZE * (descriptors - 1) + 12;
    memory.putShort(last, (short) (memory.getShort(last) & ~NEXT));
    int rings = rings(queue);
    descriptor(rings, TABLE, DESCRIPTOR_SIZE * descriptors, INDIRECT);
    // The one chain that there is has descriptor 0 as its head.
    int next = ++made[queue] & 0xffff;
    memory.putShort(rings + AVAILABLE + 4 + 2 * QUEUE_SIZE, (short) (next - 1));
    VarHandle.releaseFence();
    memory.putShort(rings + AVAILABLE + 2, (short) next);
    VarHandle.fullFence();
    transport.queueEvents().get(queue).signal();
    while ((memory.getShort(rings + USED + 2) & 0xffff) != next) {
      if (queue == HIPRIO) {
        LockSupport.parkNanos(PAUSE_NANOS); // there are no interrupts here
      } else {
        interrupt.drain();
      }
      VarHandle.acquireFence();
      if ((transport.state().status() & NEEDS_RESET) != 0) {
        throw new LinuxException("a request of a rehearsal", Errno.EIO);
      }
    }
  }

  @Override
  public void close() {
    transport.close();
    loop.close();
    interrupt.close();
    arena.close();
  }
}
