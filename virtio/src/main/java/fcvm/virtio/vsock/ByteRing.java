package fcvm.virtio.vsock;

import fcvm.linux.UnixSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Bytes that wait for a socket to take them: a ring buffer of fixed capacity. For one thread.
final class ByteRing {
  private final int capacity;
  private final MemorySegment memory;
  private int start;
  private int size;

  /// @param capacity bytes
  ByteRing(int capacity) {
    this.capacity = capacity;
    // Freed by the garbage collector: rings are reused, so there are few.
    this.memory = Arena.ofAuto().allocate(capacity);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /// Appends a copy; the caller knows that there is room.
  void append(MemorySegment bytes) {
    long length = bytes.byteSize();
    if (length > capacity - size) {
      throw new IndexOutOfBoundsException(
          "%d bytes, room for %d".formatted(length, capacity - size));
    }
    int end = (start + size) % capacity;
    long first = Math.min(length, capacity - end);
    MemorySegment.copy(bytes, 0, memory, end, first);
    MemorySegment.copy(bytes, first, memory, 0, length - first);
    size += (int) length;
  }

  /// Writes the oldest bytes to a socket, as far as one call goes.
  ///
  /// @return bytes written and removed, or `-errno`
  long drainTo(UnixSocket socket) {
    int contiguous = Math.min(size, capacity - start);
    long written = socket.writeResult(memory.asSlice(start, contiguous));
    if (written > 0) {
      start = (int) ((start + written) % capacity);
      size -= (int) written;
    }
    return written;
  }

  void clear() {
    start = 0;
    size = 0;
  }
}
