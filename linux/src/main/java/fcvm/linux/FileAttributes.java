package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Changes what is known about an open file; O_PATH is enough. All methods return 0 or `-errno`.
public final class FileAttributes {
  /// As nanoseconds: the time that it is now.
  public static final long UTIME_NOW = (1L << 30) - 1;

  /// As nanoseconds: leave this time alone.
  public static final long UTIME_OMIT = (1L << 30) - 2;

  private static final int AT_FDCWD = -100;
  private static final int AT_EMPTY_PATH = 0x1000;

  private static final MemorySegment CHMOD = Libc.function("chmod");
  private static final MemorySegment FCHOWNAT = Libc.function("fchownat");
  private static final MemorySegment UTIMENSAT = Libc.function("utimensat");
  private static final MemorySegment TRUNCATE = Libc.function("truncate");
  private static final MemorySegment FTRUNCATE = Libc.function("ftruncate");

  private static final MemorySegment EMPTY = Arena.global().allocateFrom("");

  private FileAttributes() {}

  /// Sets permissions; a symbolic link has none: EOPNOTSUPP.
  public static int chmod(Fd file, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      return Libc.callInt(CHMOD, ProcFd.path(arena, file).address(), mode);
    }
  }

  /// Sets owner and group; -1 leaves one as it is.
  public static int chown(Fd file, int uid, int gid) {
    return Libc.callInt(FCHOWNAT, file.number(), EMPTY.address(), uid, gid, AT_EMPTY_PATH, 0);
  }

  /// Sets access and modification time: seconds, and nanoseconds or one of the `UTIME_` constants.
  public static int setTimes(Fd file, long atime, long atimeNanos, long mtime, long mtimeNanos) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment times = arena.allocate(JAVA_LONG, 4);
      times.setAtIndex(JAVA_LONG, 0, atime);
      times.setAtIndex(JAVA_LONG, 1, atimeNanos);
      times.setAtIndex(JAVA_LONG, 2, mtime);
      times.setAtIndex(JAVA_LONG, 3, mtimeNanos);
      return Libc.callInt(
          UTIMENSAT, AT_FDCWD, ProcFd.path(arena, file).address(), times.address(), 0);
    }
  }

  /// Sets the size of a regular file, open or with O_PATH.
  public static int truncate(Fd file, long size) {
    try (Arena arena = Arena.ofConfined()) {
      long path = ProcFd.path(arena, file).address();
      int result;
      do {
        result = Libc.callInt(TRUNCATE, path, size);
      } while (result == -Errno.EINTR.number());
      return result;
    }
  }

  /// Sets the size of a file that is open for writing, whatever its permissions say by now.
  public static int truncateOpen(Fd file, long size) {
    int result;
    do {
      result = Libc.callInt(FTRUNCATE, file.number(), size);
    } while (result == -Errno.EINTR.number());
    return result;
  }
}
