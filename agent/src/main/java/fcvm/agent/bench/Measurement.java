package fcvm.agent.bench;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One round of one row in one place, a line on the guest's console:
///
/// ```
/// fcvm-bench: disk random-read round=2 count=1000 nanos=123456789
/// ```
///
/// @param round from 1; 0 for the last piece of work of the warm-up, which does not count
/// @param count how much was done, in what the row's unit counts; 1 or more
/// @param nanos how long it took, 1 or more
public record Measurement(Place place, Row row, int round, long count, long nanos) {
  /// How every line of a bench begins.
  public static final String PREFIX = "fcvm-bench: ";

  /// The round of a warm-up.
  static final int WARM_UP = 0;

  /// The last line of a guest that has done all its work.
  public static final String DONE = PREFIX + "done";

  /// How a line begins that says what could not be done.
  public static final String FAILED = PREFIX + "failed: ";

  private static final String KERNEL = PREFIX + "kernel ";

  private static final Pattern KERNEL_LINE = Pattern.compile(KERNEL + "([0-9][!-~]{0,63})");

  // At most as many digits as always fit.
  private static final Pattern LINE =
      Pattern.compile(
          PREFIX
              + "([a-z]{1,20}) ([a-z-]{1,40}) round=([0-9]{1,4}) count=([0-9]{1,15})"
              + " nanos=([0-9]{1,15})");

  /// As a line.
  public String line() {
    return PREFIX
        + "%s %s round=%d count=%d nanos=%d".formatted(place.key(), row.key(), round, count, nanos);
  }

  /// The line that tells the guest's kernel.
  public static String kernelLine(String version) {
    return KERNEL + version;
  }

  /// Reads the version in such a line; empty for whatever else may stand there.
  public static Optional<String> kernel(String line) {
    Matcher matcher = KERNEL_LINE.matcher(line);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /// Reads a line of a console; empty for whatever else may stand there.
  public static Optional<Measurement> parse(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Optional<Place> place = Place.of(matcher.group(1));
    Optional<Row> row = Row.of(matcher.group(2));
    int round = Integer.parseInt(matcher.group(3));
    long count = Long.parseLong(matcher.group(4));
    long nanos = Long.parseLong(matcher.group(5));
    return place.isEmpty() || row.isEmpty() || count < 1 || nanos < 1
        ? Optional.empty()
        : Optional.of(new Measurement(place.get(), row.get(), round, count, nanos));
  }

  /// Whether it only says that a row is warmed up.
  public boolean isWarmUp() {
    return round == WARM_UP;
  }

  /// How much was done in a second.
  public double rate() {
    return count * 1e9 / nanos;
  }
}
