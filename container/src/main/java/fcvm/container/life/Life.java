package fcvm.container.life;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/// The part of a VM's record that outlives a run.
///
/// @param detached whether it has a supervisor instead of a terminal
/// @param remove whether its record goes with its end, as a foreground run's always does
/// @param restart whether it is started again at its end
/// @param restarts how often that was done since it was started by hand
/// @param started when its container last began to run
/// @param finished when its container last ended
/// @param exitCode what it ended with; empty while that is not known
/// @param why what ended it, when it was not itself; empty otherwise
/// @param health how well it is
/// @param labels what its owner wrote on it
public record Life(
    boolean detached,
    boolean remove,
    RestartPolicy restart,
    int restarts,
    Optional<Instant> started,
    Optional<Instant> finished,
    Optional<Integer> exitCode,
    String why,
    Health health,
    Map<String, String> labels) {

  /// What the life of a foreground run is like: it leaves nothing.
  public static final Life FOREGROUND =
      new Life(
          false,
          true,
          RestartPolicy.NO,
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          "",
          Health.NONE,
          Map.of());

  public Life {
    labels = java.util.Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  /// One with a supervisor, before it begins.
  public static Life detached(boolean remove, RestartPolicy restart, Map<String, String> labels) {
    return new Life(
        true,
        remove,
        restart,
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        Health.NONE,
        labels);
  }

  /// Whether something stays when it has ended.
  public boolean isKept() {
    return detached && !remove && started.isPresent();
  }

  /// The same with labels.
  public Life labelled(Map<String, String> with) {
    return new Life(
        detached, remove, restart, restarts, started, finished, exitCode, why, health, with);
  }

  /// The container runs from now on.
  public Life begun(Instant when) {
    return new Life(
        detached,
        remove,
        restart,
        restarts,
        Optional.of(when),
        Optional.empty(),
        Optional.empty(),
        "",
        health,
        labels);
  }

  /// The container has ended.
  public Life ended(Instant when, Optional<Integer> code, String reason) {
    return new Life(
        detached,
        remove,
        restart,
        restarts,
        started,
        Optional.of(when),
        code,
        reason,
        Health.NONE,
        labels);
  }

  /// The same, started again so often.
  public Life restarted(int times) {
    return new Life(
        detached, remove, restart, times, started, finished, exitCode, why, health, labels);
  }

  /// The same, this well.
  public Life with(Health now) {
    return new Life(
        detached, remove, restart, restarts, started, finished, exitCode, why, now, labels);
  }

  /// Adds its properties to an object.
  public void write(JsonGenerator json) {
    if (!detached) {
      writeLabels(json);
      return;
    }
    json.writeBooleanProperty("detached", true);
    json.writeBooleanProperty("remove", remove);
    json.writeStringProperty("restart", restart.toString());
    json.writeNumberProperty("restarts", restarts);
    started.ifPresent(when -> json.writeStringProperty("started", when.toString()));
    finished.ifPresent(when -> json.writeStringProperty("finished", when.toString()));
    exitCode.ifPresent(code -> json.writeNumberProperty("exitCode", code));
    if (!why.isEmpty()) {
      json.writeStringProperty("why", why);
    }
    json.writeStringProperty("health", health.toString());
    writeLabels(json);
  }

  private void writeLabels(JsonGenerator json) {
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
  /// @throws DateTimeParseException for a time that is none
  public static Life of(Map<String, String> fields, Map<String, String> labels) {
    if (!"true".equals(fields.get("detached"))) {
      return FOREGROUND.labelled(labels);
    }
    String policy = fields.getOrDefault("restart", "no");
    return new Life(
        true,
        Boolean.parseBoolean(fields.getOrDefault("remove", "false")),
        RestartPolicy.parse(policy)
            .orElseThrow(() -> new IllegalArgumentException("no restart policy: " + policy)),
        Integer.parseInt(fields.getOrDefault("restarts", "0")),
        Optional.ofNullable(fields.get("started")).map(Instant::parse),
        Optional.ofNullable(fields.get("finished")).map(Instant::parse),
        Optional.ofNullable(fields.get("exitCode")).map(Integer::valueOf),
        fields.getOrDefault("why", ""),
        Health.of(fields.getOrDefault("health", "none")),
        labels);
  }
}
