package fcvm.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Which process a number means: numbers come back, a number together with its start time does not.
///
/// @param pid the process id
/// @param start clock ticks from the kernel's start to the process's (`proc_pid_stat(5)`, field 22)
/// @param boot the kernel's boot id, without which an emulated machine, that always boots in the
///   same time, could repeat both numbers
public record ProcessIdentity(long pid, long start, String boot) {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final int START_AFTER_NAME = 19; // field 22, counted from field 3
  private static final int STATE_AFTER_NAME = 0;

  /// This process.
  public static ProcessIdentity current() throws IOException {
    long pid = ProcessHandle.current().pid();
    return of(pid).orElseThrow(() -> new IOException("/proc/" + pid + "/stat is not readable"));
  }

  /// The process that has the number now, if one does and it has not ended.
  public static Optional<ProcessIdentity> of(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The name, in parentheses, may contain anything: the fields start after the last of them.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      if (fields[STATE_AFTER_NAME].equals("Z") || fields[STATE_AFTER_NAME].equals("X")) {
        return Optional.empty();
      }
      long start = Long.parseLong(fields[START_AFTER_NAME]);
      return Optional.of(new ProcessIdentity(pid, start, Files.readString(BOOT_ID).strip()));
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /// Whether this very process still runs.
  public boolean isAlive() {
    return of(pid).filter(this::equals).isPresent();
  }
}
