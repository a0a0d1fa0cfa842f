package fcvm.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes as Podman's options have them: bytes, or with a unit: b, k, m, g.
final class ByteSize {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([bkmg]?)b?");

  private ByteSize() {}

  /// Reads one.
  ///
  /// @param option whose value it is
  /// @param text raw
  static long parse(String option, String text) throws UsageException {
    Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw new UsageException(
          option + ": a size such as 512k, 10m or 1g, not '" + Raw.text(text) + "'");
    }
    int shift =
        switch (size.group(2)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          default -> 0;
        };
    return Long.parseLong(size.group(1)) << shift;
  }

  /// A number of bytes for people.
  static String text(long bytes) {
    double value = bytes;
    String[] units = {"B", "kB", "MB", "GB"};
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + "B" : String.format(Locale.ROOT, "%.3g%s", value, units[unit]);
  }
}
