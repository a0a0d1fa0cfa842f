package fcvm.virtio.net;

import static fcvm.virtio.net.StreamBackend.LENGTH_SIZE;
import static fcvm.virtio.net.StreamBackend.MAX_FRAME;
import static java.nio.ByteOrder.BIG_ENDIAN;

import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.IoVector;
import fcvm.virtio.Buffers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The direction from the guest to a stream: several frames in one system call, from where they
/// are. The stream may take half a frame; then the rest goes first, whatever happens.
final class FrameSender {
  private static final int MAX_OFFERED = 64;
  private static final long EAGAIN = -Errno.EAGAIN.number();
  private static final ValueLayout.OfInt LENGTH = ValueLayout.JAVA_INT.withOrder(BIG_ENDIAN);

  private final Fd socket;
  private final IoVector frames = new IoVector(1024);
  private final IoVector rest = new IoVector(1);
  private final MemorySegment restMemory = Arena.ofAuto().allocate(LENGTH_SIZE + MAX_FRAME);
  private final MemorySegment lengths =
      Arena.ofAuto().allocate((long) LENGTH_SIZE * MAX_OFFERED, LENGTH_SIZE);

  /// Where in the bytes that were offered since the last time that all were sent each frame ends.
  private final Deque<Long> ends = new ArrayDeque<>();

  private int offered;
  private long offeredBytes;
  private long doneBytes;

  FrameSender(Fd socket) {
    this.socket = socket;
  }

  /// Takes a frame; false if there is no room before all are sent.
  boolean offer(Buffers frame) {
    if (offered == MAX_OFFERED || frames.room() <= frame.segments().size()) {
      return false;
    }
    MemorySegment length = lengths.asSlice((long) LENGTH_SIZE * offered, LENGTH_SIZE);
    length.set(LENGTH, 0, (int) frame.byteSize());
    frames.add(length);
    frame.segments().forEach(frames::add);
    offered++;
    offeredBytes += LENGTH_SIZE + frame.byteSize();
    ends.add(offeredBytes);
    return true;
  }

  /// Sends what the stream takes; how many frames are through, or [NetBackend#GONE].
  int flush() {
    if (!send(rest) || (rest.remaining() == 0 && !send(frames))) {
      return (int) NetBackend.GONE;
    }
    int done = settle();
    if (ends.isEmpty()) {
      clear();
    }
    return done;
  }

  /// Takes out the frames that are through; how many there are.
  private int settle() {
    int done = 0;
    while (!ends.isEmpty() && ends.getFirst() <= sentBytes()) {
      doneBytes = ends.removeFirst();
      done++;
    }
    return done;
  }

  private long sentBytes() {
    return offeredBytes - frames.remaining();
  }

  /// False if nobody reads any more.
  private boolean send(IoVector vector) {
    while (vector.remaining() > 0) {
      long result = vector.sendResult(socket);
      if (result < 0) {
        return result == EAGAIN;
      }
    }
    return true;
  }

  private void clear() {
    frames.clear();
    ends.clear();
    offered = 0;
    offeredBytes = 0;
    doneBytes = 0;
  }

  /// Lets go of the frames' memory. One that is half sent is completed from a copy, later: else
  /// whoever reads could not tell where the next one begins.
  void stop() {
    settle();
    long sent = sentBytes();
    if (sent > doneBytes) {
      MemorySegment copy = restMemory.asSlice(0, ends.getFirst() - sent);
      frames.copyRemaining(copy);
      rest.set(List.of(copy));
    }
    clear();
  }
}
