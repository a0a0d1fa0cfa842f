package fcvm.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// One process, now and later: a number comes back, and belongs to another process then.
///
/// @param pid its number
/// @param start when it started, in clock ticks since the kernel did (`proc_pid_stat(5)`, field 22)
/// @param boot the kernel's boot id, without which a machine that always boots in the same time, as
///   an emulated one does, could repeat both numbers
public record ProcessIdentity(int pid, long start, String boot) {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

  // Fields of /proc/PID/stat after the name in parentheses, which may contain anything.
  private static final int STATE = 0;
  private static final int START = 19;

  /// This process.
  public static ProcessIdentity current() throws IOException {
    int pid = (int) ProcessHandle.current().pid();
    return of(pid).orElseThrow(() -> new IOException("/proc/" + pid + "/stat is not readable"));
  }

  /// The process that has the number now, if one does; also one that has ended and only waits to be
  /// reaped.
  public static Optional<ProcessIdentity> of(int pid) {
    try {
      return Optional.of(new ProcessIdentity(pid, Long.parseLong(stat(pid)[START]), thisBoot()));
    } catch (IOException e) {
      return Optional.empty(); // there is no such process
    }
  }

  /// Whether it still runs. One that only waits to be reaped does not.
  public boolean isAlive() {
    try {
      String[] stat = stat(pid);
      return Long.parseLong(stat[START]) == start
          && !stat[STATE].equals("Z")
          && !stat[STATE].equals("X")
          && isOfThisBoot();
    } catch (IOException e) {
      return false; // there is no such process
    }
  }

  /// Whether the computer has not been restarted since.
  public boolean isOfThisBoot() throws IOException {
    return boot.equals(thisBoot());
  }

  /// Ends it at once, if it still runs, and waits until it is gone with all that it held.
  public void kill() throws LinuxException {
    try (PidFd process = PidFd.open(pid)) {
      // Only now: the number is held, so if the start time is right too, it is that process.
      if (isAlive() && process.signal(Children.SIGKILL)) {
        process.awaitEnd(KILL_PATIENCE);
      }
    } catch (LinuxException e) {
      ignoreMissing(e);
    }
  }

  /// Waits until it has ended.
  ///
  /// @return false if it has not in time
  public boolean awaitEnd(Duration patience) throws LinuxException {
    try (PidFd process = PidFd.open(pid)) {
      return !isAlive() || process.awaitEnd(patience);
    } catch (LinuxException e) {
      ignoreMissing(e);
      return true;
    }
  }

  private static void ignoreMissing(LinuxException e) throws LinuxException {
    if (e.errno() != Errno.ESRCH) {
      throw e;
    }
  }

  private static String[] stat(int pid) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of("/proc", Integer.toString(pid), "stat"));
    String stat = new String(bytes, StandardCharsets.ISO_8859_1);
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
  }

  private static String thisBoot() throws IOException {
    return Files.readString(BOOT_ID).strip();
  }
}
