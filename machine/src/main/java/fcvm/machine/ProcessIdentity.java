package fcvm.machine;

import fcvm.linux.Children;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// One process, now and later: a pid alone may by then be another one's.
///
/// @param pid its number
/// @param startTime when it started, in clock ticks since the computer did (`starttime` of
///   `proc_pid_stat(5)`)
public record ProcessIdentity(int pid, long startTime) {
  // Fields of /proc/PID/stat after the name in parentheses, which may contain anything.
  private static final int STATE = 0;
  private static final int START_TIME = 19;

  private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);
  private static final Duration NAP = Duration.ofMillis(5);

  private record Stat(char state, long startTime) {}

  /// The process that has this pid now.
  public static Optional<ProcessIdentity> of(int pid) {
    return stat(pid).map(stat -> new ProcessIdentity(pid, stat.startTime));
  }

  /// Whether it still runs. One that has ended and only waits to be reaped does not.
  public boolean isAlive() {
    return stat(pid)
        .filter(stat -> stat.startTime == startTime && stat.state != 'Z' && stat.state != 'X')
        .isPresent();
  }

  /// Ends it at once, if it still runs, and waits until it is gone with all that it held.
  void kill() {
    if (isAlive()) {
      Children.killResult(pid, Children.SIGKILL);
      awaitEnd(KILL_PATIENCE);
    }
  }

  /// Waits until it has ended.
  ///
  /// @return false if it has not in time
  boolean awaitEnd(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    while (isAlive() && System.nanoTime() - deadline < 0 && !interrupted) {
      try {
        Thread.sleep(NAP);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !isAlive();
  }

  private static Optional<Stat> stat(int pid) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Integer.toString(pid), "stat"));
      return parse(new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty(); // there is no such process
    }
  }

  private static Optional<Stat> parse(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Optional.of(new Stat(fields[STATE].charAt(0), Long.parseLong(fields[START_TIME])));
  }
}
