package fcvm.agent.bench;

import java.util.ArrayList;
import java.util.List;

/// Decides how long a row's work goes on before it counts: what serves it may be a program that
/// gets faster while it runs, and is measured at the speed at which it stays.
final class WarmUp {
  /// So many times the least time it may take.
  static final int MOST = 8;

  /// The latest so many pieces of work are compared with all before them.
  private static final int LATEST = 3;

  /// What counts as faster, and not as chance.
  private static final double FASTER = 1.05;

  private final long leastNanos;
  private final List<Double> speeds = new ArrayList<>();

  /// @param leastNanos how long it goes on at least; 0 for one piece of work
  WarmUp(long leastNanos) {
    this.leastNanos = leastNanos;
  }

  /// A piece of work is done.
  ///
  /// @param speed how much of it was done in a unit of time
  /// @param elapsedNanos since the first began
  /// @return whether there must be another
  boolean goesOn(double speed, long elapsedNanos) {
    speeds.add(speed);
    if (elapsedNanos < leastNanos) {
      return true;
    }
    return elapsedNanos < MOST * leastNanos && isGettingFaster();
  }

  private boolean isGettingFaster() {
    int before = Math.max(0, speeds.size() - LATEST);
    return best(before, speeds.size()) > FASTER * best(0, before);
  }

  private double best(int from, int to) {
    return speeds.subList(from, to).stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }
}
