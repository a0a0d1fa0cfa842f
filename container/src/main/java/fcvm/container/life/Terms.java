package fcvm.container.life;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/// What a run was begun with and its record tells: it never changes.
///
/// @param detached whether it has a supervisor instead of a terminal
/// @param remove whether its record goes with its end, as a foreground run's always does
/// @param restart whether it is started again at its end
/// @param stopTimeout how long `stop` waits for its end; empty for `stop`'s own time
/// @param labels what its owner wrote on it
/// @param ports which ports lead to it, as `ps` shows them and `port` takes them apart:
///   `127.0.0.1:8080->80/tcp, ...`
public record Terms(
    boolean detached,
    boolean remove,
    RestartPolicy restart,
    Optional<Duration> stopTimeout,
    Map<String, String> labels,
    String ports) {
  /// A foreground run's, which leaves nothing.
  public static final Terms FOREGROUND = of(false, true, RestartPolicy.NO, Map.of());

  public Terms {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  /// Those without a time or ports.
  public static Terms of(
      boolean detached, boolean remove, RestartPolicy restart, Map<String, String> labels) {
    return new Terms(detached, remove, restart, Optional.empty(), labels, "");
  }

  /// Adds its properties to an object.
  void write(JsonGenerator json) {
    if (detached) {
      json.writeBooleanProperty("detached", true);
      json.writeBooleanProperty("remove", remove);
      json.writeStringProperty("restart", restart.toString());
    }
    stopTimeout.ifPresent(time -> json.writeNumberProperty("stopTimeout", time.toSeconds()));
    if (!ports.isEmpty()) {
      json.writeStringProperty("ports", ports);
    }
    if (!labels.isEmpty()) {
      json.writeObjectPropertyStart("labels");
      labels.forEach(json::writeStringProperty);
      json.writeEndObject();
    }
  }

  /// Reads what [#write] wrote.
  ///
  /// @param fields the object's simple properties
  /// @throws IllegalArgumentException for values that it cannot have
  static Terms of(Map<String, String> fields, Map<String, String> labels) {
    boolean detached = Boolean.parseBoolean(fields.get("detached"));
    String policy = fields.getOrDefault("restart", "no");
    return new Terms(
        detached,
        !detached || Boolean.parseBoolean(fields.get("remove")),
        RestartPolicy.parse(policy)
            .orElseThrow(() -> new IllegalArgumentException("no restart policy: " + policy)),
        Optional.ofNullable(fields.get("stopTimeout")).map(Long::valueOf).map(Duration::ofSeconds),
        labels,
        fields.getOrDefault("ports", ""));
  }
}
