package fcvm.virtio.net;

import static fcvm.virtio.net.NetBackend.GONE;
import static fcvm.virtio.net.NetBackend.MAX_PIECES;
import static fcvm.virtio.net.NetBackend.NOTHING;
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
import java.util.List;

/// The direction from a stream to the guest. A frame is read to where it belongs, in one system
/// call with the length of the next.
final class FrameReceiver {
  private static final long EAGAIN = -Errno.EAGAIN.number();
  private static final long UNKNOWN = -1;
  private static final ValueLayout.OfInt LENGTH = ValueLayout.JAVA_INT.withOrder(BIG_ENDIAN);

  private final Fd socket;
  private final IoVector vector = new IoVector(MAX_PIECES + 1);
  private final MemorySegment nextLength = Arena.ofAuto().allocate(LENGTH_SIZE, LENGTH_SIZE);
  private final MemorySegment discarded = Arena.ofAuto().allocate(MAX_FRAME);
  private MemorySegment header = PacketHeader.complete((byte) 0);

  /// Of the next frame, if it was read already.
  private long length = UNKNOWN;

  private boolean isPrepared;

  FrameReceiver(Fd socket) {
    this.socket = socket;
    vector.set(List.of(nextLength));
  }

  /// What to put before each frame.
  void setHeader(MemorySegment value) {
    header = value;
  }

  /// As [NetBackend#nextSize].
  long nextSize() {
    if (length == UNKNOWN) {
      long result = read();
      if (result < 0 || vector.remaining() > 0) {
        return result < 0 ? result : NOTHING;
      }
      length = nextLength.get(LENGTH, 0);
    }
    boolean isFrame = length >= 0 && length <= MAX_FRAME;
    return isFrame ? PacketHeader.SIZE + length : GONE;
  }

  /// As [NetBackend#prepare].
  void prepare(Buffers room) {
    if (room.byteSize() == 0) {
      vector.set(List.of(discarded.asSlice(0, length)));
    } else {
      room.copyFrom(header);
      vector.set(room.slice(PacketHeader.SIZE, length).segments());
    }
    vector.add(nextLength);
    isPrepared = true;
  }

  /// As [NetBackend#receive].
  long receive() {
    long result = read();
    if (result < 0 || vector.remaining() > LENGTH_SIZE) {
      return result < 0 ? result : NOTHING;
    }
    long size = PacketHeader.SIZE + length;
    isPrepared = false;
    length = vector.remaining() == 0 ? nextLength.get(LENGTH, 0) : UNKNOWN;
    return size;
  }

  /// One call: zero or more, [NetBackend#NOTHING] or [NetBackend#GONE].
  private long read() {
    long result = vector.readResult(socket);
    if (result > 0) {
      return result;
    }
    return result == EAGAIN ? NOTHING : GONE;
  }

  /// Lets go of the room. A frame that is half there is read to its end without one.
  void stop() {
    if (isPrepared) {
      long rest = vector.remaining() - LENGTH_SIZE;
      vector.set(List.of(discarded.asSlice(0, rest)));
      vector.add(nextLength);
      length = UNKNOWN;
      isPrepared = false;
    }
  }
}
