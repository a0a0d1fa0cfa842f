package fcvm.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lengths of time as Go's programs write them, `1h30m` or `1.5s`, and points in time.
final class Span {
  private static final Pattern WHOLE = Pattern.compile("(?:\\d+(?:\\.\\d+)?(?:ns|us|ms|[smhd]))+");
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|[smhd])");

  private Span() {}

  /// Reads a length of time.
  ///
  /// @param option whose value it is
  /// @param text raw
  static Duration parse(String option, String text) throws UsageException {
    Optional<Duration> span = of(text);
    if (span.isEmpty()) {
      throw new UsageException(
          option + ": a time such as 500ms, 30s or 1h30m, not '" + Raw.text(text) + "'");
    }
    return span.get();
  }

  private static Optional<Duration> of(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    if (text.length() > 40 || !WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    double nanos = 0;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      nanos += Double.parseDouble(part.group(1)) * nanos(part.group(2));
    }
    return Optional.of(Duration.ofNanos((long) nanos));
  }

  private static double nanos(String unit) {
    return switch (unit) {
      case "ns" -> 1;
      case "us" -> 1e3;
      case "ms" -> 1e6;
      case "s" -> 1e9;
      case "m" -> 60e9;
      case "h" -> 3600e9;
      default -> 86_400e9;
    };
  }

  /// Reads a point in time: a date, a time, seconds since 1970, or how long ago it was.
  ///
  /// @param option whose value it is
  /// @param text raw
  static Instant point(String option, String text, Instant now) throws UsageException {
    Optional<Duration> ago = of(text);
    if (ago.isPresent() && !text.equals("0")) {
      return now.minus(ago.get());
    }
    try {
      if (text.matches("\\d{1,12}(\\.\\d{1,9})?")) {
        return Instant.EPOCH.plusNanos((long) (Double.parseDouble(text) * 1e9));
      }
      return switch (text.length()) {
        case 10 -> LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant();
        case 16, 19 -> LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
        default -> OffsetDateTime.parse(text).toInstant();
      };
    } catch (DateTimeParseException e) {
      throw new UsageException(
          option
              + ": a time such as 10m, 2026-01-31 or 2026-01-31T12:00:00Z, not '"
              + Raw.text(text)
              + "'");
    }
  }
}
