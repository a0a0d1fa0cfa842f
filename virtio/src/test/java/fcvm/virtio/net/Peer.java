package fcvm.virtio.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import fcvm.linux.Errno;
import fcvm.linux.UnixSocket;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.Assertions;

/// What is at the other end of a stream socket: frames behind their lengths, byte by byte.
final class Peer {
  private static final long WAIT_NANOS = 20_000_000_000L;

  private final UnixSocket socket;

  Peer(UnixSocket socket) {
    this.socket = socket;
  }

  /// A frame as it is in the stream.
  static byte[] framed(byte[] frame) {
    return ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array();
  }

  void send(byte[] frame) {
    write(framed(frame));
  }

  void write(byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment left = arena.allocateFrom(JAVA_BYTE, bytes);
      long deadline = System.nanoTime() + WAIT_NANOS;
      while (left.byteSize() > 0) {
        long result = socket.writeResult(left);
        if (result > 0) {
          left = left.asSlice(result);
        } else {
          pause(result, deadline);
        }
      }
    }
  }

  byte[] receive() {
    return read(ByteBuffer.wrap(read(4)).getInt());
  }

  byte[] read(int count) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long deadline = System.nanoTime() + WAIT_NANOS;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, count));
      while (bytes.size() < count) {
        long result = socket.readResult(memory.asSlice(0, count - bytes.size()));
        if (result > 0) {
          bytes.writeBytes(memory.asSlice(0, result).toArray(JAVA_BYTE));
        } else {
          pause(result, deadline);
        }
      }
    }
    return bytes.toByteArray();
  }

  private static void pause(long result, long deadline) {
    Assertions.assertThat(result).as("result of the call").isEqualTo(-Errno.EAGAIN.number());
    Assertions.assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
    LockSupport.parkNanos(20_000);
  }

  void close() {
    socket.close();
  }
}
