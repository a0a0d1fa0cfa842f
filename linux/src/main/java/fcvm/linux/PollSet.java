package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Waits for a few descriptors at once, with `poll(2)`: for a thread that serves one conversation,
/// where an [EventLoop] would be too much. One thread at a time.
///
/// ```
/// struct pollfd { int fd; short events; short revents; };
/// ```
public final class PollSet {
  public static final short POLLIN = 0x001;
  public static final short POLLOUT = 0x004;

  /// Reported without being asked for.
  public static final short POLLERR = 0x008;

  /// Reported without being asked for: the other side is gone; what it sent can still be read.
  public static final short POLLHUP = 0x010;

  /// As a timeout: no limit.
  public static final int FOREVER = -1;

  private static final int POLLFD_SIZE = 8;
  private static final int EVENTS = 4;
  private static final int REVENTS = 6;
  // A negative descriptor is skipped.
  private static final int NOBODY = -1;

  private static final MemorySegment POLL = Libc.function("poll");

  private final int count;
  private final MemorySegment fds;

  /// @param count how many descriptors at most
  public PollSet(int count) {
    this.count = count;
    this.fds = Arena.ofAuto().allocate((long) count * POLLFD_SIZE, Integer.BYTES);
    for (int i = 0; i < count; i++) {
      remove(i);
    }
  }

  /// Waits for `events` of a descriptor in this slot from now on.
  public void set(int slot, Fd fd, int events) {
    fds.set(JAVA_INT, (long) slot * POLLFD_SIZE, fd.number());
    fds.set(JAVA_SHORT, (long) slot * POLLFD_SIZE + EVENTS, (short) events);
  }

  /// Empties a slot.
  public void remove(int slot) {
    fds.set(JAVA_INT, (long) slot * POLLFD_SIZE, NOBODY);
    fds.set(JAVA_SHORT, (long) slot * POLLFD_SIZE + REVENTS, (short) 0);
  }

  /// Waits until something is ready.
  ///
  /// @param millis how long at most, or [#FOREVER]
  /// @return whether something is; a signal may end the wait early, with nothing
  public boolean await(int millis) throws LinuxException {
    int ready = Libc.callInt(POLL, fds.address(), count, millis);
    if (ready == -Errno.EINTR.number()) {
      for (int i = 0; i < count; i++) {
        fds.set(JAVA_SHORT, (long) i * POLLFD_SIZE + REVENTS, (short) 0);
      }
      return false;
    }
    return LinuxException.check("poll", ready) > 0;
  }

  /// What the last [#await] found in a slot: POLLIN and its like, or-ed; 0 for nothing.
  public int ready(int slot) {
    return fds.get(JAVA_SHORT, (long) slot * POLLFD_SIZE + REVENTS);
  }
}
