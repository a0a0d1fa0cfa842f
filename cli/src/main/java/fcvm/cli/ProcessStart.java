package fcvm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// When this process began.
final class ProcessStart {
  // USER_HZ, 100 on every architecture that fcvm runs on (proc_pid_stat(5)).
  private static final double MILLIS_PER_TICK = 10;
  private static final int START_AFTER_NAME = 19;

  private ProcessStart() {}

  /// Milliseconds since then, to a tick of ten; 0 if the kernel does not tell.
  static double millisAgo() {
    try {
      double uptime =
          Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0]) * 1000;
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Math.max(0, uptime - Long.parseLong(fields[START_AFTER_NAME]) * MILLIS_PER_TICK);
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }
}
