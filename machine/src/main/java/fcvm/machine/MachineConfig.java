package fcvm.machine;

import java.util.LinkedHashMap;
import java.util.Map;

/// How a machine is made.
///
/// @param cpus those that programs run on, 1 to 64
/// @param memoryMib at least [#LEAST_MEMORY_MIB]
/// @param idleSeconds after how long with nothing to do it stops by itself; 0 for never
public record MachineConfig(int cpus, int memoryMib, int idleSeconds) {
  /// Less does not hold a Java runtime, Podman and a microVM.
  public static final int LEAST_MEMORY_MIB = 1024;

  private static final int MOST_CPUS = 64;
  private static final int DEFAULT_MOST_CPUS = 8;
  private static final int DEFAULT_MOST_MEMORY_MIB = 6144;
  private static final int DEFAULT_IDLE_SECONDS = 900;

  /// @throws IllegalArgumentException for what no machine can have; the message is for people
  public MachineConfig {
    if (cpus < 1 || cpus > MOST_CPUS) {
      throw new IllegalArgumentException("a machine has 1 to " + MOST_CPUS + " CPUs, not " + cpus);
    }
    if (memoryMib < LEAST_MEMORY_MIB) {
      throw new IllegalArgumentException(
          "a machine needs at least " + LEAST_MEMORY_MIB + " MiB of memory, not " + memoryMib);
    }
    if (idleSeconds < 0) {
      throw new IllegalArgumentException(
          "the idle time is seconds, 0 for never, not " + idleSeconds);
    }
  }

  /// What suits a computer: its CPUs, up to 8, and half of its memory, up to 6 GiB.
  public static MachineConfig forComputer(int cpus, long memoryMib) {
    return new MachineConfig(
        Math.clamp(cpus, 1, DEFAULT_MOST_CPUS),
        Math.clamp(memoryMib / 2, LEAST_MEMORY_MIB, DEFAULT_MOST_MEMORY_MIB),
        DEFAULT_IDLE_SECONDS);
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cpus", cpus);
    json.put("memoryMib", memoryMib);
    json.put("idleSeconds", idleSeconds);
    return json;
  }

  static MachineConfig of(JsonObject json) throws MachineException {
    return new MachineConfig(
        json.number("cpus"), json.number("memoryMib"), json.number("idleSeconds"));
  }
}
