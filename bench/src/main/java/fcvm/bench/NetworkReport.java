package fcvm.bench;

import fcvm.agent.bench.NetworkRow;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import tools.jackson.core.JsonGenerator;

/// What came out of a network's bench, and how ours compares: a ratio of 2 is twice as good.
public final class NetworkReport {
  private static final List<String> HEADER =
      List.of("WORK", "UNIT", "PASST", "QEMU+PASST", "vs QEMU", "TAP", "QEMU+TAP", "vs QEMU");
  private static final String NOTHING = "-";

  private final int passes;
  private final Map<NetworkSubject, Map<NetworkRow, List<Double>>> values =
      new EnumMap<>(NetworkSubject.class);

  NetworkReport(int passes) {
    this.passes = passes;
  }

  /// Takes what one guest measured. Each row of each pass counts once.
  synchronized void add(NetworkSubject subject, Map<NetworkRow, Double> measured) {
    Map<NetworkRow, List<Double>> rows =
        values.computeIfAbsent(subject, _ -> new EnumMap<>(NetworkRow.class));
    measured.forEach((row, value) -> rows.computeIfAbsent(row, _ -> new ArrayList<>()).add(value));
  }

  /// Whether everything was measured.
  public synchronized boolean isComplete() {
    for (NetworkSubject subject : NetworkSubject.values()) {
      for (NetworkRow row : NetworkRow.values()) {
        if (values(subject, row).size() < passes) {
          return false;
        }
      }
    }
    return true;
  }

  private List<Double> values(NetworkSubject subject, NetworkRow row) {
    return values.getOrDefault(subject, Map.of()).getOrDefault(row, List.of());
  }

  /// The middle one; of an even number, the better one of the two in the middle's place.
  private OptionalDouble median(NetworkSubject subject, NetworkRow row) {
    List<Double> sorted = values(subject, row).stream().sorted().toList();
    return sorted.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(sorted.get(sorted.size() / 2));
  }

  private OptionalDouble ratio(NetworkSubject ours, NetworkSubject theirs, NetworkRow row) {
    OptionalDouble mine = median(ours, row);
    OptionalDouble other = median(theirs, row);
    if (mine.isEmpty() || other.isEmpty()) {
      return OptionalDouble.empty();
    }
    double ratio = mine.getAsDouble() / other.getAsDouble();
    return OptionalDouble.of(row == NetworkRow.ROUND_TRIP ? 1 / ratio : ratio);
  }

  /// As rows of a table, the header first.
  public synchronized List<List<String>> table() {
    List<List<String>> table = new ArrayList<>(List.of(HEADER));
    for (NetworkRow row : NetworkRow.values()) {
      table.add(
          List.of(
              row.title(),
              row.unit(),
              text("%.0f", median(NetworkSubject.PASST, row)),
              text("%.0f", median(NetworkSubject.QEMU_PASST, row)),
              text("%.2f", ratio(NetworkSubject.PASST, NetworkSubject.QEMU_PASST, row)),
              text("%.0f", median(NetworkSubject.TAP, row)),
              text("%.0f", median(NetworkSubject.QEMU_TAP, row)),
              text("%.2f", ratio(NetworkSubject.TAP, NetworkSubject.QEMU_TAP, row))));
    }
    return table;
  }

  private static String text(String format, OptionalDouble value) {
    return value.isEmpty() ? NOTHING : String.format(Locale.ROOT, format, value.getAsDouble());
  }

  /// As one JSON object.
  public synchronized void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeNumberProperty("passes", passes);
    json.writeName("rows");
    json.writeStartArray();
    for (NetworkRow row : NetworkRow.values()) {
      json.writeStartObject();
      json.writeStringProperty("row", row.key());
      json.writeStringProperty("unit", row.unit());
      for (NetworkSubject subject : NetworkSubject.values()) {
        json.writeName(subject.key());
        json.writeStartArray();
        values(subject, row).forEach(json::writeNumber);
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
