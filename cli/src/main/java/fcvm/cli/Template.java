package fcvm.cli;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The part of Go's templates that people use with `--format`: `{{.Field}}`, `{{json .Field}}` and
/// `{{json .}}`, the escapes `\t` and `\n`, and `table` at the beginning.
final class Template {
  private static final Pattern ACTION = Pattern.compile("\\{\\{(.*?)}}");
  private static final Pattern FIELD =
      Pattern.compile("\\s*(json\\s+)?\\.(\\w*)\\s*(\\|\\s*json)?\\s*");
  private static final String TABLE = "table ";

  private final String text;
  private final boolean isTable;

  Template(String text) {
    this.isTable = text.startsWith(TABLE);
    String rest = isTable ? text.substring(TABLE.length()) : text;
    this.text = rest.replace("\\t", "\t").replace("\\n", "\n");
  }

  /// Whether it wants a header, and columns where it has tabs.
  boolean isTable() {
    return isTable;
  }

  /// The header's line: the fields' names.
  String header() throws UsageException {
    StringBuilder line = new StringBuilder();
    Matcher action = ACTION.matcher(text);
    while (action.find()) {
      action.appendReplacement(
          line, Matcher.quoteReplacement(field(action.group(1)).group(2).toUpperCase(Locale.ROOT)));
    }
    return action.appendTail(line).toString();
  }

  /// The line of one thing.
  ///
  /// @throws UsageException for a field that it does not have
  String line(Map<String, String> fields) throws UsageException {
    StringBuilder line = new StringBuilder();
    Matcher action = ACTION.matcher(text);
    while (action.find()) {
      action.appendReplacement(line, Matcher.quoteReplacement(value(action.group(1), fields)));
    }
    return action.appendTail(line).toString();
  }

  private static String value(String action, Map<String, String> fields) throws UsageException {
    Matcher field = field(action);
    String name = field.group(2);
    boolean json = field.group(1) != null || field.group(3) != null;
    if (name.isEmpty() && json) {
      return Json.line(writer -> {
        writer.writeStartObject();
        fields.forEach(writer::writeStringProperty);
        writer.writeEndObject();
      });
    }
    for (Map.Entry<String, String> entry : fields.entrySet()) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        return json ? Json.line(writer -> writer.writeString(entry.getValue())) : entry.getValue();
      }
    }
    throw new UsageException(
        "--format: there is no field '"
            + name
            + "'"
            + Suggestion.phrase(name, fields.keySet())
            + " Fields: "
            + String.join(", ", fields.keySet()));
  }

  private static Matcher field(String action) throws UsageException {
    Matcher field = FIELD.matcher(action);
    if (!field.matches()) {
      throw new UsageException(
          "--format: {{"
              + Raw.text(action)
              + "}} is not understood: there are {{.Field}} and"
              + " {{json .Field}}");
    }
    return field;
  }
}
