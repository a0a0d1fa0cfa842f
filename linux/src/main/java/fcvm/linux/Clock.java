package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The system's real-time clock.
public final class Clock {
  private static final int CLOCK_REALTIME = 0;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private static final MemorySegment SETTIME = Libc.function("clock_settime");

  private Clock() {}

  /// Sets the time of day.
  ///
  /// @param nanos since 1970 UTC
  public static void set(long nanos) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(JAVA_LONG, 2);
      time.setAtIndex(JAVA_LONG, 0, Math.floorDiv(nanos, NANOS_PER_SECOND));
      time.setAtIndex(JAVA_LONG, 1, Math.floorMod(nanos, NANOS_PER_SECOND));
      int result = Libc.callInt(SETTIME, CLOCK_REALTIME, time.address());
      LinuxException.check("clock_settime", result);
    }
  }
}
