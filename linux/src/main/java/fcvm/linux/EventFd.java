package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A counter in the kernel that one side adds to and the other side waits for: `eventfd(2)`. Any
/// thread may signal; one at a time drains or waits.
public final class EventFd implements AutoCloseable {
  private static final int EFD_NONBLOCK = Fd.O_NONBLOCK;
  private static final int EFD_CLOEXEC = Fd.O_CLOEXEC;

  private static final MemorySegment EVENTFD = Libc.function("eventfd");

  private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_LONG, 1);

  private final Fd fd;
  private final MemorySegment counter = Arena.ofAuto().allocate(JAVA_LONG);

  /// One for [EventLoop]s.
  public EventFd() throws LinuxException {
    this(EFD_NONBLOCK);
  }

  private EventFd(int flags) throws LinuxException {
    int number = Libc.callInt(EVENTFD, 0, flags | EFD_CLOEXEC);
    this.fd = Fd.of(LinuxException.check("eventfd", number), "eventfd");
  }

  /// One for a thread that has nothing else to wait for: [#drain] waits until it is signalled.
  public static EventFd blocking() throws LinuxException {
    return new EventFd(0);
  }

  public Fd fd() {
    return fd;
  }

  /// Adds one. Cannot fail in a way that matters: a full counter is already a wake-up.
  public void signal() {
    fd.writeResult(ONE);
  }

  /// Resets the counter.
  ///
  /// @return signals since the last drain, 0 if none
  public long drain() {
    return fd.readResult(counter) == Long.BYTES ? counter.get(JAVA_LONG, 0) : 0;
  }

  @Override
  public void close() {
    fd.close();
  }
}
