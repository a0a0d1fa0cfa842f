package fcvm.container;

import fcvm.container.life.Life;
import fcvm.container.life.LogWriter;
import fcvm.container.life.RestartPolicy;
import java.util.Map;

/// How a run lives: in the foreground, or detached, with a supervisor.
///
/// @param detach whether it has a supervisor instead of a terminal
/// @param remove whether its record goes with its end
/// @param restart whether it is started again at its end; only if it is detached
/// @param labels what its owner writes on it
/// @param logBytes how large a file of its log becomes
/// @param health how its health is checked
public record LifeOptions(
    boolean detach,
    boolean remove,
    RestartPolicy restart,
    Map<String, String> labels,
    long logBytes,
    HealthOptions health) {
  /// In the foreground.
  public static final LifeOptions FOREGROUND =
      new LifeOptions(
          false, true, RestartPolicy.NO, Map.of(), LogWriter.DEFAULT_BYTES, HealthOptions.IMAGE);

  /// Whether its disk stays once the container has run.
  boolean isKept() {
    return detach && !remove;
  }

  /// What its record says when it begins.
  Life begin() {
    return detach ? Life.detached(remove, restart, labels) : Life.FOREGROUND.labelled(labels);
  }
}
