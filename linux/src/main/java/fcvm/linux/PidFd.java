package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/// A process, held by `pidfd_open(2)`: a signal to it can never reach another process that was
/// given the same number later.
public final class PidFd implements AutoCloseable {
  // The same numbers on x86_64 and aarch64 (include/uapi/asm-generic/unistd.h).
  private static final long SYS_PIDFD_SEND_SIGNAL = 424;
  private static final long SYS_PIDFD_OPEN = 434;
  private static final short POLLIN = 1;

  private static final MemorySegment SYSCALL = Libc.function("syscall");
  private static final MemorySegment POLL = Libc.function("poll");

  private final Fd fd;

  private PidFd(Fd fd) {
    this.fd = fd;
  }

  /// Holds a process. A caller that knows it by number alone checks afterwards that it is the one
  /// that it means, by its start time say.
  ///
  /// @throws LinuxException ESRCH if there is none
  public static PidFd open(long pid) throws LinuxException {
    String name = "pidfd_open(" + pid + ")";
    return new PidFd(
        Fd.of(LinuxException.check(name, Libc.callInt(SYSCALL, SYS_PIDFD_OPEN, pid)), name));
  }

  /// Sends a signal.
  ///
  /// @return whether the process was still there to get it
  public boolean signal(int number) throws LinuxException {
    int result = Libc.callInt(SYSCALL, SYS_PIDFD_SEND_SIGNAL, fd.number(), number, 0);
    if (result == -Errno.ESRCH.number()) {
      return false;
    }
    LinuxException.check("pidfd_send_signal(" + number + ") on " + fd, result);
    return true;
  }

  /// Waits for the process to end.
  ///
  /// @return whether it ended within the time
  public boolean awaitEnd(Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pollfd = arena.allocate(8, 4);
      pollfd.set(JAVA_INT, 0, fd.number());
      pollfd.set(JAVA_SHORT, 4, POLLIN);
      int ready;
      do {
        long millis = Math.clamp((deadline - System.nanoTime() + 999_999) / 1_000_000, 0, 60_000);
        ready = Libc.callInt(POLL, pollfd.address(), 1, millis);
      } while (ready <= 0 && System.nanoTime() < deadline);
      return ready > 0;
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
