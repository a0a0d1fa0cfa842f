package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// An open file descriptor. Closes once; calls on a closed one fail with EBADF and never reach a
/// descriptor that the kernel has since given to somebody else, as long as the owner does not close
/// it while another thread is inside a call.
///
/// Every call survives EINTR by repeating, except [#ioctlResult], which reports it.
public final class Fd implements AutoCloseable {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0x40;
  public static final int O_EXCL = 0x80;
  public static final int O_NOCTTY = 0x100;
  public static final int O_TRUNC = 0x200;
  public static final int O_APPEND = 0x400;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_CLOEXEC = 0x80000;
  public static final int O_PATH = 0x200000;
  public static final int O_DIRECTORY = Arch.current().directoryFlag();
  public static final int O_NOFOLLOW = Arch.current().nofollowFlag();
  public static final int O_DIRECT = Arch.current().directFlag();
  public static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int FIONREAD = 0x541b;
  private static final int FIONBIO = 0x5421;
  private static final int CLOSED = -1;
  private static final long EINTR = -Errno.EINTR.number();

  private static final MemorySegment OPEN = Libc.function("open");
  private static final MemorySegment CLOSE = Libc.function("close");
  private static final MemorySegment IOCTL = Libc.function("ioctl");
  private static final MemorySegment READ = Libc.function("read");
  private static final MemorySegment WRITE = Libc.function("write");
  private static final MemorySegment PREAD = Libc.function("pread");
  private static final MemorySegment PWRITE = Libc.function("pwrite");
  private static final MemorySegment FCNTL = Libc.function("fcntl");
  private static final MemorySegment FSYNC = Libc.function("fsync");
  private static final MemorySegment FDATASYNC = Libc.function("fdatasync");

  private final AtomicInteger number;
  private final String name;

  private Fd(int number, String name) {
    this.number = new AtomicInteger(number);
    this.name = name;
  }

  /// Takes ownership of a descriptor that a system call returned.
  ///
  /// @param name what it is, for error messages
  public static Fd of(int number, String name) {
    return new Fd(number, name);
  }

  /// `open(2)`, with O_CLOEXEC.
  public static Fd open(String path, int flags) throws LinuxException {
    return open(path, flags, 0);
  }

  /// `open(2)`, with O_CLOEXEC.
  ///
  /// @param mode permissions of a file that O_CREAT makes
  public static Fd open(String path, int flags, int mode) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      return open(arena.allocateFrom(path), path, flags, mode);
    }
  }

  /// `open(2)` of a path that need not be text, with O_CLOEXEC.
  public static Fd open(byte[] path, int flags) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      String name = new String(path, StandardCharsets.UTF_8);
      return open(CStrings.string(arena, path), name, flags, 0);
    }
  }

  private static Fd open(MemorySegment path, String name, int flags, int mode)
      throws LinuxException {
    int fd;
    do {
      fd = Libc.callInt(OPEN, path.address(), flags | O_CLOEXEC, mode);
    } while (fd == EINTR);
    return new Fd(LinuxException.check(fd < 0 ? "open(\"" + name + "\")" : name, fd), name);
  }

  /// The descriptor's number, for structures that carry one.
  public int number() {
    return number.get();
  }

  /// Reads up to `into.byteSize()` bytes.
  ///
  /// @return bytes read, 0 at end of file
  public long read(MemorySegment into) throws LinuxException {
    return checked("read", readResult(into));
  }

  /// As [#read], with a failure (EAGAIN, say) as `-errno`.
  public long readResult(MemorySegment into) {
    return transfer(READ, into, 0);
  }

  /// Writes up to `from.byteSize()` bytes.
  ///
  /// @return bytes written
  public long write(MemorySegment from) throws LinuxException {
    return checked("write", writeResult(from));
  }

  /// As [#write], with a failure (EAGAIN, say) as `-errno`.
  public long writeResult(MemorySegment from) {
    return transfer(WRITE, from, 0);
  }

  /// `pread(2)`: bytes read, 0 at end of file, or `-errno`.
  public long preadResult(MemorySegment into, long offset) {
    return transfer(PREAD, into, offset);
  }

  /// `pwrite(2)`: bytes written, or `-errno`.
  public long pwriteResult(MemorySegment from, long offset) {
    return transfer(PWRITE, from, offset);
  }

  private long transfer(MemorySegment function, MemorySegment memory, long offset) {
    try {
      long result;
      do {
        result = Libc.callLong(function, number.get(), memory.address(), memory.byteSize(), offset);
      } while (result == EINTR);
      return result;
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  /// `fdatasync(2)`: data written so far survives a power failure. 0 or `-errno`.
  public int fdatasyncResult() {
    return sync(FDATASYNC);
  }

  /// `fsync(2)`: as [#fdatasyncResult], and all that is known about the file. 0 or `-errno`.
  public int fsyncResult() {
    return sync(FSYNC);
  }

  /// Closes a copy of this descriptor: 0, or `-errno` of a write that failed only now.
  public int closeCopyResult() {
    int copy = Libc.callInt(FCNTL, number.get(), F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? copy : Libc.callInt(CLOSE, copy);
  }

  private int sync(MemorySegment function) {
    int result;
    do {
      result = Libc.callInt(function, number.get());
    } while (result == EINTR);
    return result;
  }

  /// `ioctl(2)` with a number as argument.
  ///
  /// @param call the request's name, for the error message
  public int ioctl(String call, long request, long argument) throws LinuxException {
    int result;
    do {
      result = ioctlResult(request, argument);
    } while (result == EINTR);
    return checked(call, result);
  }

  /// `ioctl(2)` with a structure as argument.
  ///
  /// @param call the request's name, for the error message
  public int ioctl(String call, long request, MemorySegment argument) throws LinuxException {
    try {
      return ioctl(call, request, argument.address());
    } finally {
      Reference.reachabilityFence(argument);
    }
  }

  /// One `ioctl(2)`, not repeated on EINTR: the result or `-errno`.
  public int ioctlResult(long request, long argument) {
    return Libc.callInt(IOCTL, number.get(), request, argument);
  }

  /// Bytes that can be read without waiting, `FIONREAD`; 0 if that cannot be said.
  public int available() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_INT);
      return ioctlResult(FIONREAD, count.address()) < 0 ? 0 : count.get(JAVA_INT, 0);
    }
  }

  /// From now on calls that would wait answer EAGAIN, `FIONBIO`.
  public void setNonBlocking() throws LinuxException {
    setNonBlocking(1);
  }

  /// From now on calls wait until they can do something.
  public void setBlocking() throws LinuxException {
    setNonBlocking(0);
  }

  private void setNonBlocking(int isSo) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      ioctl("FIONBIO", FIONBIO, arena.allocateFrom(JAVA_INT, isSo));
    }
  }

  private long checked(String call, long result) throws LinuxException {
    return LinuxException.check(result < 0 ? call + " on " + name : call, result);
  }

  private int checked(String call, int result) throws LinuxException {
    return LinuxException.check(result < 0 ? call + " on " + name : call, result);
  }

  /// Closes the descriptor; closing twice does nothing. Linux releases the number whatever
  /// `close(2)` answers, so there is no error that a caller could act on.
  @Override
  public void close() {
    int fd = number.getAndSet(CLOSED);
    if (fd != CLOSED) {
      Libc.callInt(CLOSE, fd);
    }
  }

  @Override
  public String toString() {
    return name + " (fd " + number.get() + ")";
  }
}
