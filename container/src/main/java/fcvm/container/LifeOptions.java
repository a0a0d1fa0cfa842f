package fcvm.container;

import fcvm.container.life.LogWriter;
import fcvm.container.life.Terms;

/// How a run lives: in the foreground, or detached, with a supervisor.
///
/// @param terms what its record tells of that
/// @param logBytes how large a file of its log becomes
/// @param health how its health is checked
public record LifeOptions(Terms terms, long logBytes, HealthOptions health) {
  /// In the foreground.
  public static final LifeOptions FOREGROUND =
      new LifeOptions(Terms.FOREGROUND, LogWriter.DEFAULT_BYTES, HealthOptions.IMAGE);

  /// Whether it has a supervisor instead of a terminal.
  public boolean detach() {
    return terms.detached();
  }

  /// Whether its disk stays once the container has run.
  boolean isKept() {
    return terms.detached() && !terms.remove();
  }
}
