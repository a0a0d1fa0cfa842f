package fcvm.linux;

import java.lang.foreign.MemorySegment;

/// A file or block device that holds a disk, opened and locked for as long as it is open: one
/// writer, or any number of readers.
public final class DiskFile implements AutoCloseable {
  private static final int LOCK_SH = 1;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int SEEK_END = 2;

  private static final MemorySegment FLOCK = Libc.function("flock");
  private static final MemorySegment LSEEK = Libc.function("lseek");

  private final Fd fd;
  private final long byteSize;
  private final boolean isReadOnly;

  private DiskFile(Fd fd, long byteSize, boolean isReadOnly) {
    this.fd = fd;
    this.byteSize = byteSize;
    this.isReadOnly = isReadOnly;
  }

  /// Opens and locks.
  ///
  /// @throws LinuxException also if somebody else has the disk open in a way that excludes ours
  public static DiskFile open(String path, boolean isReadOnly) throws LinuxException {
    Fd fd = Fd.open(path, isReadOnly ? Fd.O_RDONLY : Fd.O_RDWR);
    try {
      lock(fd, path, isReadOnly);
      long end = Libc.callLong(LSEEK, fd.number(), 0, SEEK_END);
      return new DiskFile(fd, LinuxException.check("lseek on " + path, end), isReadOnly);
    } catch (LinuxException e) {
      fd.close();
      throw e;
    }
  }

  private static void lock(Fd fd, String path, boolean isReadOnly) throws LinuxException {
    int result;
    do {
      result = Libc.callInt(FLOCK, fd.number(), (isReadOnly ? LOCK_SH : LOCK_EX) | LOCK_NB);
    } while (result == -Errno.EINTR.number());
    if (result == -Errno.EAGAIN.number()) {
      String wanted = isReadOnly ? "reading, while another VM writes it" : "writing";
      throw new LinuxException(
          "disk \"" + path + "\" is in use and cannot be opened for " + wanted, Errno.EBUSY);
    }
    LinuxException.check("flock on \"" + path + "\"", result);
  }

  /// Bytes in the file or device when it was opened.
  public long byteSize() {
    return byteSize;
  }

  public boolean isReadOnly() {
    return isReadOnly;
  }

  public Fd fd() {
    return fd;
  }

  /// Makes what was written durable, then closes and so unlocks. Closing twice does nothing.
  ///
  /// @throws LinuxException if the data could not be made durable; the file is closed even so
  @Override
  public void close() throws LinuxException {
    int result = isReadOnly || fd.number() < 0 ? 0 : fd.fdatasyncResult();
    fd.close();
    LinuxException.check("fdatasync on " + fd, result);
  }
}
