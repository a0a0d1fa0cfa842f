package fcvm.container.life;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// A container's health check, as Podman has it in the container's configuration.
///
/// @param test what is run in the container; empty if there is none
/// @param interval between two checks
/// @param timeout how long a check may take
/// @param startPeriod for how long failures do not count
/// @param retries how many failures in a row make it unhealthy
public record HealthCheck(
    List<String> test, Duration interval, Duration timeout, Duration startPeriod, int retries) {
  /// None, and what Podman takes where nothing is said.
  public static final HealthCheck NONE =
      new HealthCheck(List.of(), Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ZERO, 3);

  public HealthCheck {
    test = List.copyOf(test);
  }

  /// The command to run.
  ///
  /// @throws IllegalArgumentException if there is none
  public List<byte[]> argv() {
    List<String> words =
        switch (test.isEmpty() ? "NONE" : test.getFirst()) {
          case "CMD" -> test.subList(1, test.size());
          case "CMD-SHELL" ->
              List.of("/bin/sh", "-c", String.join(" ", test.subList(1, test.size())));
          case "NONE" -> throw new IllegalArgumentException("no command");
          default -> List.of("/bin/sh", "-c", String.join(" ", test));
        };
    return words.stream().map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /// Whether there is a command to run.
  public boolean hasCommand() {
    return !test.isEmpty() && !test.getFirst().isEmpty() && !test.getFirst().equals("NONE");
  }

  /// Reads what `podman inspect` says of it: an object, or `null`.
  public static HealthCheck parse(String text) throws IOException {
    try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
      return json.nextToken() == JsonToken.START_OBJECT ? read(json) : NONE;
    } catch (JacksonException e) {
      throw new IOException("no health check: " + e.getOriginalMessage(), e);
    }
  }

  private static HealthCheck read(JsonParser json) {
    List<String> test = new ArrayList<>();
    Duration interval = NONE.interval;
    Duration timeout = NONE.timeout;
    Duration startPeriod = NONE.startPeriod;
    int retries = NONE.retries;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("Test") && value == JsonToken.START_ARRAY) {
        while (json.nextToken() == JsonToken.VALUE_STRING) {
          test.add(json.getString());
        }
      } else if (value == JsonToken.VALUE_NUMBER_INT && json.getLongValue() > 0) {
        switch (name) {
          case "Interval" -> interval = Duration.ofNanos(json.getLongValue());
          case "Timeout" -> timeout = Duration.ofNanos(json.getLongValue());
          case "StartPeriod" -> startPeriod = Duration.ofNanos(json.getLongValue());
          case "Retries" -> retries = json.getIntValue();
          default -> {} // a newer Podman's
        }
      } else {
        json.skipChildren();
      }
    }
    return new HealthCheck(test, interval, timeout, startPeriod, retries);
  }

  /// How well a container is, from one check to the next.
  public final class Course {
    private Health health = Health.STARTING;
    private int failures;

    /// It has just begun to run.
    public Course() {}

    /// How well it is now.
    public Health health() {
      return health;
    }

    /// A check has been made.
    ///
    /// @param succeeded what came out
    /// @param age for how long the container had run
    public Health checked(boolean succeeded, Duration age) {
      if (succeeded) {
        failures = 0;
        health = Health.HEALTHY;
      } else if (health != Health.STARTING || age.compareTo(startPeriod) >= 0) {
        failures++;
        health = failures >= retries ? Health.UNHEALTHY : health;
      }
      return health;
    }
  }
}
