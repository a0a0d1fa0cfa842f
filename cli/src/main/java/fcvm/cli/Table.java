package fcvm.cli;

import java.util.List;
import java.util.Locale;

/// Rows as text, in columns.
final class Table {
  private Table() {}

  /// One line per row; each column but the last is as wide as its widest cell.
  static String of(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append(row.get(column));
        line.repeat(' ', width(rows, column) - row.get(column).length() + 2);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /// The same as JSON: an array of objects, whose names are the first row's in lower case.
  static String json(List<List<String>> rows) {
    return Json.of(json -> {
      json.writeStartArray();
      for (List<String> row : rows.subList(1, rows.size())) {
        json.writeStartObject();
        for (int column = 0; column < row.size(); column++) {
          String name = rows.getFirst().get(column).toLowerCase(Locale.ROOT);
          json.writeStringProperty(name, row.get(column));
        }
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
