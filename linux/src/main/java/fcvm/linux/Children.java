package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The processes below this one: waiting for them and signalling them.
public final class Children {
  public static final int SIGHUP = 1;
  public static final int SIGKILL = 9;
  public static final int SIGTERM = 15;

  /// As a pid for [#killResult]: every process but this one and pid 1.
  public static final int EVERYBODY = -1;

  // struct siginfo on 64-bit Linux: si_code at 8, and for SIGCHLD si_pid at 16, si_status at 24.
  private static final int SIGINFO_SIZE = 128;
  private static final int SI_CODE = 8;
  private static final int SI_PID = 16;
  private static final int SI_STATUS = 24;
  private static final int CLD_EXITED = 1;
  private static final int SIGNALLED = 128;

  private static final int P_ALL = 0;
  private static final int P_PID = 1;
  private static final int WNOHANG = 1;
  private static final int WEXITED = 4;
  private static final int WNOWAIT = 0x01000000;

  private static final MemorySegment WAITID = Libc.function("waitid");
  private static final MemorySegment WAITPID = Libc.function("waitpid");
  private static final MemorySegment KILL = Libc.function("kill");

  /// A child that has ended.
  ///
  /// @param code its exit code, or 128+n if signal n ended it
  public record Ended(int pid, int code) {}

  private Children() {}

  /// Waits until some child has ended, and leaves it unreaped: its pid stays its own until [#reap].
  ///
  /// @throws LinuxException ECHILD when there are no children
  public static Ended awaitAny() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO_SIZE, 8);
      int result;
      do {
        result = Libc.callInt(WAITID, P_ALL, 0, info.address(), WEXITED | WNOWAIT);
      } while (result == -Errno.EINTR.number());
      LinuxException.check("waitid", result);
      return new Ended(info.get(JAVA_INT, SI_PID), code(info));
    }
  }

  /// Waits for the end of one child and releases it.
  ///
  /// @return its exit code, or 128+n if signal n ended it
  /// @throws LinuxException ECHILD if it is no child of this process, or was released already
  public static int await(int pid) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO_SIZE, 8);
      int result;
      do {
        result = Libc.callInt(WAITID, P_PID, pid, info.address(), WEXITED);
      } while (result == -Errno.EINTR.number());
      LinuxException.check("waitid(" + pid + ")", result);
      return code(info);
    }
  }

  private static int code(MemorySegment info) {
    int status = info.get(JAVA_INT, SI_STATUS);
    return info.get(JAVA_INT, SI_CODE) == CLD_EXITED ? status : SIGNALLED + status;
  }

  /// Releases a child that has ended; from here on its pid may be another process's.
  public static void reap(int pid) {
    int result;
    do {
      result = Libc.callInt(WAITPID, pid, 0, WNOHANG);
    } while (result == -Errno.EINTR.number());
  }

  /// `kill(2)`: 0 or `-errno`.
  ///
  /// @param pid a process, or minus a process group
  public static int killResult(int pid, int signal) {
    return Libc.callInt(KILL, pid, signal);
  }
}
