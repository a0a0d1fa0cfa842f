package fcvm.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a VM uses of this computer: the processor time and memory of its monitor, the guest's
/// included, as `proc_pid_stat(5)` and `proc_pid_status(5)` have them.
///
/// @param cpuMillis processor time so far
/// @param memoryBytes memory that is present
/// @param threads of the monitor, one per virtual CPU among them
public record VmUsage(long cpuMillis, long memoryBytes, int threads) {
  private static final int UTIME = 11;
  private static final int STIME = 12;
  private static final int THREADS = 17;
  private static final int MILLIS_PER_TICK = 10; // USER_HZ is 100 everywhere

  /// What it uses now.
  ///
  /// @throws IOException if it has ended
  public static VmUsage of(VmRecord vm) throws IOException {
    Path process = Path.of("/proc", Integer.toString(vm.process().pid()));
    String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long resident = 0;
    for (String line : Files.readAllLines(process.resolve("status"))) {
      if (line.startsWith("VmRSS:")) {
        resident = Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    long ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
    return new VmUsage(ticks * MILLIS_PER_TICK, resident, Integer.parseInt(fields[THREADS]));
  }

  /// How much of one processor was used since.
  ///
  /// @param before an earlier look at the same VM
  /// @param nanos how long ago that was
  public double percentSince(VmUsage before, long nanos) {
    return (cpuMillis - before.cpuMillis) * 1e8 / Math.max(nanos, 1);
  }
}
