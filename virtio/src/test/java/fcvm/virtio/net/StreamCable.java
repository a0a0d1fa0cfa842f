package fcvm.virtio.net;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import fcvm.linux.Join;
import fcvm.linux.Tap;
import fcvm.linux.UnixSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;

/// What passt is for a card, and no more: carries frames between a stream socket and a tap, a
/// thread for each direction.
final class StreamCable implements AutoCloseable {
  private static final int HEADER = Tap.HEADER_SIZE;
  private static final int LARGEST = HEADER + 65535;
  private static final ValueLayout.OfInt LENGTH =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final UnixSocket socket;
  private final Tap tap;
  private final Thread toCard;
  private final Thread fromCard;
  private volatile boolean isClosed;

  StreamCable(UnixSocket socket, Tap tap) {
    this.socket = socket;
    this.tap = tap;
    this.toCard = Thread.ofPlatform().name("to card").start(this::toCard);
    this.fromCard = Thread.ofPlatform().name("from card").start(this::fromCard);
  }

  private void toCard() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(LARGEST);
      while (!isClosed) {
        long size = tap.fd().readResult(memory);
        if (size <= 0) {
          LockSupport.parkNanos(20_000);
          continue;
        }
        // The length goes over the end of the header, right before the frame.
        memory.set(LENGTH, HEADER - 4, (int) size - HEADER);
        MemorySegment left = memory.asSlice(HEADER - 4, size - HEADER + 4);
        while (left.byteSize() > 0 && !isClosed) {
          long written = socket.writeResult(left);
          left = written > 0 ? left.asSlice(written) : left;
        }
      }
    }
  }

  private void fromCard() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(LARGEST);
      while (read(memory.asSlice(HEADER - 4, 4))) {
        int size = memory.get(LENGTH, HEADER - 4);
        if (read(memory.asSlice(HEADER, size))) {
          memory.asSlice(0, HEADER).fill((byte) 0);
          tap.fd().writeResult(memory.asSlice(0, HEADER + size));
        }
      }
    }
  }

  /// False if it was closed before all was there.
  private boolean read(MemorySegment all) {
    long done = 0;
    while (done < all.byteSize() && !isClosed) {
      long count = socket.readResult(all.asSlice(done));
      if (count > 0) {
        done += count;
      } else {
        LockSupport.parkNanos(20_000);
      }
    }
    return done == all.byteSize();
  }

  @Override
  public void close() {
    isClosed = true;
    Join.uninterruptibly(toCard);
    Join.uninterruptibly(fromCard);
    socket.close();
    tap.close();
  }
}
