package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Parts of open files: space, holes, copies inside the kernel. Offsets and lengths are bytes. All
/// methods return zero or more, or `-errno`.
public final class FileRange {
  public static final int SEEK_SET = 0;
  public static final int SEEK_DATA = 3;
  public static final int SEEK_HOLE = 4;

  private static final MemorySegment FALLOCATE = Libc.function("fallocate");
  private static final MemorySegment LSEEK = Libc.function("lseek");
  private static final MemorySegment COPY_FILE_RANGE = Libc.function("copy_file_range");

  private FileRange() {}

  /// `fallocate(2)`.
  ///
  /// @param mode FALLOC_FL_KEEP_SIZE and its like, or-ed
  public static int allocate(Fd file, int mode, long offset, long length) {
    int result;
    do {
      result = Libc.callInt(FALLOCATE, file.number(), mode, offset, length);
    } while (result == -Errno.EINTR.number());
    return result;
  }

  /// `lseek(2)`, which moves the position of the open file too.
  ///
  /// @param whence SEEK_SET and its like
  public static long seek(Fd file, long offset, int whence) {
    return Libc.callLong(LSEEK, file.number(), offset, whence);
  }

  /// `copy_file_range(2)`: as many bytes as one call copies.
  public static long copy(Fd from, long fromOffset, Fd to, long toOffset, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment offsets = arena.allocate(JAVA_LONG, 2);
      offsets.setAtIndex(JAVA_LONG, 0, fromOffset);
      offsets.setAtIndex(JAVA_LONG, 1, toOffset);
      long in = offsets.address();
      return Libc.callLong(
          COPY_FILE_RANGE, from.number(), in, to.number(), in + Long.BYTES, length, 0);
    }
  }
}
