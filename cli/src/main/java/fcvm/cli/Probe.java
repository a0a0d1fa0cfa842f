package fcvm.cli;

import java.util.Locale;

/// One thing that was looked at.
///
/// @param name what
/// @param status how it is
/// @param cause why, in one line
/// @param remedy what to do about it, in one line; empty if there is nothing to do
record Probe(String name, Status status, String cause, String remedy) {
  /// How something is.
  enum Status {
    /// As it should be.
    GOOD("✔"),
    /// Not as it could be; containers run nevertheless.
    WARNING("!"),
    /// In the way.
    BAD("✖");

    private final String mark;

    Status(String mark) {
      this.mark = mark;
    }

    String mark() {
      return mark;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Probe good(String name, String cause) {
    return new Probe(name, Status.GOOD, cause, "");
  }

  static Probe warning(String name, String cause, String remedy) {
    return new Probe(name, Status.WARNING, cause, remedy);
  }

  static Probe bad(String name, String cause, String remedy) {
    return new Probe(name, Status.BAD, cause, remedy);
  }
}
