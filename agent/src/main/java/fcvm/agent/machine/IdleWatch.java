package fcvm.agent.machine;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits until nothing has been going on for a while: no session, and no microVM that was left
/// running without one.
final class IdleWatch {
  private static final Duration SHORTEST_NAP = Duration.ofSeconds(1);

  private final Sessions sessions;
  private final Duration limit;
  private final BooleanSupplier microVmRuns;

  IdleWatch(Sessions sessions, Duration limit, BooleanSupplier microVmRuns) {
    this.sessions = sessions;
    this.limit = limit;
    this.microVmRuns = microVmRuns;
  }

  /// Returns when the limit has been reached.
  void await() throws InterruptedException {
    Duration left = limit.minus(sessions.idle());
    while (left.isPositive() || microVmRuns.getAsBoolean()) {
      if (!left.isPositive()) {
        sessions.busy();
      }
      Thread.sleep(left.compareTo(SHORTEST_NAP) < 0 ? SHORTEST_NAP : left);
      left = limit.minus(sessions.idle());
    }
  }
}
