package fcvm.container.life;

import java.util.Locale;

/// How well a container is, by its own health check.
public enum Health {
  /// It has no check.
  NONE,
  /// No check has succeeded yet, and not enough have failed.
  STARTING,
  /// The last check succeeded, or not enough have failed since.
  HEALTHY,
  /// As many checks in a row have failed as it takes.
  UNHEALTHY;

  /// The health of this name.
  ///
  /// @throws IllegalArgumentException if there is none
  public static Health of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
