package fcvm.container;

import java.time.Duration;
import java.util.Optional;

/// How a container's health is checked. What is not said here, the image says.
///
/// @param isOn whether it is checked at all
/// @param url fetched instead of a command in the container, if there is one
/// @param interval between two checks
/// @param timeout how long a check may take
/// @param startPeriod for how long failures do not count
/// @param retries how many failures in a row make it unhealthy
public record HealthOptions(
    boolean isOn,
    Optional<String> url,
    Optional<Duration> interval,
    Optional<Duration> timeout,
    Optional<Duration> startPeriod,
    Optional<Integer> retries) {
  /// As the image has it.
  public static final HealthOptions IMAGE =
      new HealthOptions(
          true,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
}
