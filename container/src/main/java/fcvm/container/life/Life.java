package fcvm.container.life;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/// The part of a VM's record that outlives a run.
///
/// @param terms what it was begun with
/// @param restarts how often it was started again since it was started by hand
/// @param started when its container last began to run
/// @param finished when its container last ended
/// @param exitCode what it ended with; empty while that is not known
/// @param why what ended it, when it was not itself; empty otherwise
/// @param health how well it is
public record Life(
    Terms terms,
    int restarts,
    Optional<Instant> started,
    Optional<Instant> finished,
    Optional<Integer> exitCode,
    String why,
    Health health) {

  /// One that has not begun.
  public static Life on(Terms terms) {
    return new Life(
        terms, 0, Optional.empty(), Optional.empty(), Optional.empty(), "", Health.NONE);
  }

  /// Whether something stays when it has ended.
  public boolean isKept() {
    return terms.detached() && !terms.remove() && started.isPresent();
  }

  /// The container runs from now on.
  public Life begun(Instant when) {
    return new Life(
        terms, restarts, Optional.of(when), Optional.empty(), Optional.empty(), "", health);
  }

  /// The container has ended.
  public Life ended(Instant when, Optional<Integer> code, String reason) {
    return new Life(terms, restarts, started, Optional.of(when), code, reason, Health.NONE);
  }

  /// The same, started again so often.
  public Life restarted(int times) {
    return new Life(terms, times, started, finished, exitCode, why, health);
  }

  /// The same, this well.
  public Life with(Health now) {
    return new Life(terms, restarts, started, finished, exitCode, why, now);
  }

  /// Adds its properties to an object.
  public void write(JsonGenerator json) {
    if (terms.detached()) {
      json.writeNumberProperty("restarts", restarts);
      started.ifPresent(when -> json.writeStringProperty("started", when.toString()));
      finished.ifPresent(when -> json.writeStringProperty("finished", when.toString()));
      exitCode.ifPresent(code -> json.writeNumberProperty("exitCode", code));
      if (!why.isEmpty()) {
        json.writeStringProperty("why", why);
      }
      json.writeStringProperty("health", health.toString());
    }
    terms.write(json);
  }

  /// Reads what [#write] wrote.
  ///
  /// @param fields the object's simple properties
  /// @throws IllegalArgumentException for values that it cannot have
  /// @throws DateTimeParseException for a time that is none
  public static Life of(Map<String, String> fields, Map<String, String> labels) {
    return new Life(
        Terms.of(fields, labels),
        Integer.parseInt(fields.getOrDefault("restarts", "0")),
        Optional.ofNullable(fields.get("started")).map(Instant::parse),
        Optional.ofNullable(fields.get("finished")).map(Instant::parse),
        Optional.ofNullable(fields.get("exitCode")).map(Integer::valueOf),
        fields.getOrDefault("why", ""),
        Health.of(fields.getOrDefault("health", "none")));
  }
}
