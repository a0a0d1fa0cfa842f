package fcvm.linux;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A part of a file that has data, between holes.
///
/// @param offset bytes from the file's start
/// @param length bytes
public record Extent(long offset, long length) {
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;

  private static final MemorySegment LSEEK = Libc.function("lseek");

  /// The data of a file in order, by `lseek(2)` with SEEK_DATA and SEEK_HOLE. A file system that
  /// does not know holes has one extent.
  public static List<Extent> of(Fd fd) throws LinuxException {
    List<Extent> extents = new ArrayList<>();
    long end = 0;
    while (true) {
      long start = Libc.callLong(LSEEK, fd.number(), end, SEEK_DATA);
      if (start == -Errno.ENXIO.number()) {
        return extents;
      }
      LinuxException.check("lseek on " + fd, start);
      end =
          LinuxException.check(
              "lseek on " + fd, Libc.callLong(LSEEK, fd.number(), start, SEEK_HOLE));
      extents.add(new Extent(start, end - start));
    }
  }
}
