package fcvm.linux;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// An advisory lock on a file: `flock(2)`.
///
/// It belongs to the open file, so it excludes other processes and other threads of this one alike,
/// and the kernel releases it when its process ends, however that ends.
public final class FileLock implements AutoCloseable {
  private static final int LOCK_SH = 1;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int EINTR = -Errno.EINTR.number();
  private static final int EAGAIN = -Errno.EAGAIN.number();

  private static final int NAP_MILLIS = 50;

  private static final MemorySegment FLOCK = Libc.function("flock");

  private final Fd fd;

  private FileLock(Fd fd) {
    this.fd = fd;
  }

  /// The file's lock for this holder alone, waited for. The file is made if it is missing.
  public static FileLock exclusive(String path) throws LinuxException {
    FileLock lock = lock(path, LOCK_EX);
    if (lock == null) {
      throw new AssertionError("a blocking flock has no EAGAIN");
    }
    return lock;
  }

  /// As [#exclusive], for a thread that may be interrupted while it waits.
  public static FileLock await(String path) throws LinuxException, InterruptedException {
    FileLock lock = tryExclusive(path);
    while (lock == null) {
      Thread.sleep(NAP_MILLIS);
      lock = tryExclusive(path);
    }
    return lock;
  }

  /// As [#exclusive], without waiting.
  ///
  /// @return null if another holder has the lock
  public static @Nullable FileLock tryExclusive(String path) throws LinuxException {
    return lock(path, LOCK_EX | LOCK_NB);
  }

  /// The file's lock shared with other holders of this kind, without waiting.
  ///
  /// @return null if another holder has it exclusively
  public static @Nullable FileLock tryShared(String path) throws LinuxException {
    return lock(path, LOCK_SH | LOCK_NB);
  }

  private static @Nullable FileLock lock(String path, int operation) throws LinuxException {
    Fd fd = Fd.open(path, Fd.O_RDWR | Fd.O_CREAT, 0600);
    int result = flock(fd, operation);
    if (result == 0) {
      return new FileLock(fd);
    }
    fd.close();
    if (result == EAGAIN) {
      return null;
    }
    throw new LinuxException("flock(\"" + path + "\")", result);
  }

  private static int flock(Fd fd, int operation) {
    int result;
    do {
      result = Libc.callInt(FLOCK, fd.number(), operation);
    } while (result == EINTR);
    return result;
  }

  /// Makes this lock exclusive, without waiting. The kernel does not do that in one step: it gives
  /// up what this holder has, so another may come first.
  ///
  /// @return false if there is another holder; this one has nothing then, but may try again
  public boolean makeExclusive() throws LinuxException {
    return become(LOCK_EX);
  }

  /// As [#makeExclusive], for a lock that is shared from then on.
  ///
  /// @return false if another holder has it exclusively
  public boolean makeShared() throws LinuxException {
    return become(LOCK_SH);
  }

  private boolean become(int kind) throws LinuxException {
    int result = flock(fd, kind | LOCK_NB);
    if (result == EAGAIN) {
      return false;
    }
    LinuxException.check("flock", result);
    return true;
  }

  /// Whether somebody has removed the locked file: others then lock another one of its name.
  public boolean isOfRemovedFile() throws LinuxException {
    Statx file = new Statx();
    LinuxException.check("statx", file.read(fd));
    return file.nlink() == 0;
  }

  /// Releases the lock. The file stays: removing it would let two holders lock two files of one
  /// name.
  @Override
  public void close() {
    fd.close();
  }
}
