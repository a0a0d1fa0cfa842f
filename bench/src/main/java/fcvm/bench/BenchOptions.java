package fcvm.bench;

import fcvm.agent.bench.Row;
import java.util.List;

/// How much a bench does.
///
/// @param cpus virtual CPUs of each guest
/// @param memoryMib memory of each guest
/// @param warmUp seconds of each row's work on each file system before the first round, at least
/// @param rounds how often a guest does each row's work
/// @param passes how often each guest is booted
/// @param rows what is measured, in the order of the table
public record BenchOptions(
    int cpus, int memoryMib, int warmUp, int rounds, int passes, List<Row> rows) {
  /// The most rounds, passes, and seconds to warm up.
  public static final int MOST = 99;

  /// @throws IllegalArgumentException for what would not end, or not begin
  public BenchOptions {
    if (warmUp < 0 || warmUp > MOST) {
      throw new IllegalArgumentException("warm-up: 0 to " + MOST + " seconds");
    }
    if (rounds < 1 || rounds > MOST || passes < 1 || passes > MOST) {
      throw new IllegalArgumentException("rounds and passes: 1 to " + MOST);
    }
    rows = rows.stream().distinct().sorted().toList();
  }
}
