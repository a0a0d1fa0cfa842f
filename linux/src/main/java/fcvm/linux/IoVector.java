package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Memory in several pieces that one call reads into or writes from: an array of `struct iovec`
/// (`include/uapi/linux/uio.h`), with the progress made through it. For one thread; reusable.
public final class IoVector {
  private static final int SIZE = 16;
  private static final long EINTR = -Errno.EINTR.number();

  private static final MemorySegment PREADV = Libc.function("preadv");
  private static final MemorySegment PWRITEV = Libc.function("pwritev");
  private static final MemorySegment PREADV2 = Libc.function("preadv2");
  private static final MemorySegment PWRITEV2 = Libc.function("pwritev2");
  private static final MemorySegment READV = Libc.function("readv");
  private static final MemorySegment WRITEV = Libc.function("writev");
  private static final MemorySegment SENDMSG = Libc.function("sendmsg");

  private static final int RWF_NOWAIT = 0x8;
  private static final int RWF_APPEND = 0x10;
  private static final int MSG_NOSIGNAL = 0x4000;

  // struct msghdr: its array of struct iovec, and how many there are; the rest is zero.
  private static final int MSGHDR_SIZE = 56;
  private static final int MSG_IOV = 16;
  private static final int MSG_IOVLEN = 24;

  private final MemorySegment array;
  private final MemorySegment message = Arena.ofAuto().allocate(MSGHDR_SIZE, 8);
  private final ByteBuffer fields;
  private final int capacity;
  private final List<MemorySegment> pieces = new ArrayList<>();
  private int first;
  private long skipped;
  private long remaining;

  /// @param capacity pieces that fit, at most IOV_MAX (1024)
  public IoVector(int capacity) {
    this.capacity = capacity;
    this.array = Arena.ofAuto().allocate((long) SIZE * capacity, 8);
    this.fields = array.asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /// Starts again, with these pieces of native memory.
  ///
  /// @throws IndexOutOfBoundsException if there are more than fit
  public void set(List<MemorySegment> segments) {
    if (segments.size() > capacity) {
      throw new IndexOutOfBoundsException(segments.size() + " pieces, capacity " + capacity);
    }
    clear();
    segments.forEach(this::add);
  }

  /// Starts again, with nothing.
  public void clear() {
    pieces.clear();
    first = 0;
    skipped = 0;
    remaining = 0;
  }

  /// One more piece of native memory at the end.
  ///
  /// @throws IndexOutOfBoundsException if there is no room, see [#room]
  public void add(MemorySegment segment) {
    if (room() == 0) {
      throw new IndexOutOfBoundsException("more than " + capacity + " pieces");
    }
    put(pieces.size(), segment.address(), segment.byteSize());
    pieces.add(segment);
    remaining += segment.byteSize();
  }

  /// Pieces that can still be added before the next [#clear].
  public int room() {
    return capacity - pieces.size();
  }

  /// Takes pieces away from the start, however far they were transferred. Those that stay are whole
  /// again.
  ///
  /// @throws IndexOutOfBoundsException if there are not that many
  public void removeFirst(int count) {
    List<MemorySegment> gone = pieces.subList(0, count);
    if (first < pieces.size()) {
      put(first, pieces.get(first).address(), pieces.get(first).byteSize());
    }
    gone.clear();
    MemorySegment.copy(array, (long) SIZE * count, array, 0, (long) SIZE * pieces.size());
    first = 0;
    skipped = 0;
    remaining = 0;
    for (MemorySegment piece : pieces) {
      remaining += piece.byteSize();
    }
  }

  private void put(int index, long address, long length) {
    fields.putLong(index * SIZE, address);
    fields.putLong(index * SIZE + 8, length);
  }

  /// Bytes that have not been transferred yet.
  public long remaining() {
    return remaining;
  }

  /// Reads what remains from a file, as far as one call goes.
  ///
  /// @return bytes read, 0 at end of file, or `-errno`
  public long preadResult(Fd fd, long offset) {
    return transfer(PREADV, fd, offset, 0);
  }

  /// As [#preadResult], but what is not in memory is EAGAIN: `preadv2(2)` with RWF_NOWAIT.
  ///
  /// @return bytes read, 0 at end of file, or `-errno`; ENOTSUP if the file system cannot tell
  public long preadWithoutWaitingResult(Fd fd, long offset) {
    return transfer(PREADV2, fd, offset, RWF_NOWAIT);
  }

  /// Writes what remains to a file, as far as one call goes.
  ///
  /// @return bytes written, or `-errno`
  public long pwriteResult(Fd fd, long offset) {
    return transfer(PWRITEV, fd, offset, 0);
  }

  /// Writes what remains to the end of a file, wherever others have moved that, as far as one call
  /// goes: `pwritev2(2)` with RWF_APPEND.
  ///
  /// @return bytes written, or `-errno`
  public long appendResult(Fd fd) {
    return transfer(PWRITEV2, fd, 0, RWF_APPEND);
  }

  /// Reads what remains from a stream or a device that keeps no place, as far as one call goes.
  ///
  /// @return bytes read, 0 at its end, or `-errno`
  public long readResult(Fd fd) {
    return transfer(READV, fd, 0, 0);
  }

  /// Writes what remains to a stream or a device that keeps no place, as far as one call goes.
  ///
  /// @return bytes written, or `-errno`
  public long writeResult(Fd fd) {
    return transfer(WRITEV, fd, 0, 0);
  }

  /// As [#writeResult], to a socket: one whose peer is gone is EPIPE, and no signal.
  public long sendResult(Fd socket) {
    long result;
    try {
      message.set(JAVA_LONG, MSG_IOV, array.address() + (long) first * SIZE);
      message.set(JAVA_LONG, MSG_IOVLEN, pieces.size() - first);
      do {
        result = Libc.callLong(SENDMSG, socket.number(), message.address(), MSG_NOSIGNAL);
      } while (result == EINTR);
    } finally {
      Reference.reachabilityFence(pieces);
    }
    if (result > 0) {
      advance(result);
    }
    return result;
  }

  /// Copies what has not been transferred out of the pieces, `into.byteSize()` bytes of it.
  public void copyRemaining(MemorySegment into) {
    long done = 0;
    long skip = skipped;
    for (int i = first; i < pieces.size() && done < into.byteSize(); i++) {
      long size = Math.min(pieces.get(i).byteSize() - skip, into.byteSize() - done);
      MemorySegment.copy(pieces.get(i), skip, into, done, size);
      done += size;
      skip = 0;
    }
  }

  // The prototypes of preadv and pwritev end before `flags`: they ignore its register. pwritev2's
  // own offset is one register where long has 64 bits.
  private long transfer(MemorySegment function, Fd fd, long offset, int flags) {
    long result;
    try {
      do {
        long iovec = array.address() + (long) first * SIZE;
        int count = pieces.size() - first;
        result = Libc.callLong(function, fd.number(), iovec, count, offset, flags, 0);
      } while (result == EINTR);
    } finally {
      Reference.reachabilityFence(pieces);
    }
    if (result > 0) {
      advance(result);
    }
    return result;
  }

  private void advance(long bytes) {
    remaining -= bytes;
    long left = bytes + skipped;
    while (first < pieces.size() && left >= pieces.get(first).byteSize()) {
      left -= pieces.get(first++).byteSize();
    }
    skipped = left;
    if (first < pieces.size()) {
      MemorySegment piece = pieces.get(first);
      put(first, piece.address() + left, piece.byteSize() - left);
    }
  }
}
