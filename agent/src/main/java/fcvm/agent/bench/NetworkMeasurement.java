package fcvm.agent.bench;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One row of a network's bench, a line on the guest's console:
///
/// ```
/// fcvm-bench: network send-1 1234.5
/// ```
///
/// @param value in the row's unit, more than 0
public record NetworkMeasurement(NetworkRow row, double value) {
  private static final String BEGINNING = Measurement.PREFIX + "network ";
  private static final Pattern LINE =
      Pattern.compile(BEGINNING + "([a-z0-9-]{1,20}) ([0-9]{1,12}(?:\\.[0-9]{1,6})?)");

  /// As a line.
  public String line() {
    return BEGINNING + row.key() + String.format(Locale.ROOT, " %.3f", value);
  }

  /// Reads a line of a console; empty for whatever else may stand there.
  public static Optional<NetworkMeasurement> parse(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    double value = Double.parseDouble(matcher.group(2));
    return NetworkRow.of(matcher.group(1))
        .filter(row -> value > 0)
        .map(row -> new NetworkMeasurement(row, value));
  }
}
