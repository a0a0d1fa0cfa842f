package fcvm.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the computer has to give.
final class HostComputer {
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final String TOTAL = "MemTotal:";
  private static final int KIB_PER_MIB = 1024;

  private HostComputer() {}

  /// The machine that suits this computer.
  static MachineConfig config() throws IOException {
    return MachineConfig.forComputer(Runtime.getRuntime().availableProcessors(), memoryMib());
  }

  private static long memoryMib() throws IOException {
    for (String line : Files.readAllLines(MEMORY)) {
      if (line.startsWith(TOTAL)) {
        String kib = line.substring(TOTAL.length()).replace("kB", "").strip();
        return Long.parseLong(kib) / KIB_PER_MIB;
      }
    }
    throw new MachineException(MEMORY + " has no line " + TOTAL);
  }
}
