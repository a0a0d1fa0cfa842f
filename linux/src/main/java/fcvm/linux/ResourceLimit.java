package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What this process may use at most: `getrlimit(2)`.
public final class ResourceLimit {
  private static final int RLIMIT_NOFILE = 7;

  private static final MemorySegment GETRLIMIT = Libc.function("getrlimit");

  private ResourceLimit() {}

  /// Descriptors that this process may have open. The Java runtime raises it to what it may be.
  public static long descriptors() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(JAVA_LONG, 2);
      LinuxException.check("getrlimit", Libc.callInt(GETRLIMIT, RLIMIT_NOFILE, limit.address()));
      long soft = limit.get(JAVA_LONG, 0);
      return soft < 0 ? Long.MAX_VALUE : soft;
    }
  }
}
