package fcvm.bench;

import fcvm.agent.bench.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.core.JsonGenerator;

/// What came out: how fast each file system was at each row, and how ours compares. A ratio of 2 is
/// twice as fast.
public final class Report {
  private static final List<String> HEADER =
      List.of("WORK", "UNIT", "DISK", "VIRTIOFS", "VIRTIOFSD", "vs VIRTIOFSD", "vs DISK", "CACHE");
  private static final String NOTHING = "-";

  private final BenchOptions options;
  private final Versions versions;
  private final Results results;

  Report(BenchOptions options, Versions versions, Results results) {
    this.options = options;
    this.versions = versions;
    this.results = results;
  }

  /// Whether every file system was measured at every row.
  public boolean isComplete() {
    for (Row row : options.rows()) {
      for (Subject subject : Subject.values()) {
        if (results.median(subject, row).isEmpty()) {
          return false;
        }
      }
    }
    return true;
  }

  /// With what it was measured: rows of a name and what it is.
  public List<List<String>> head() {
    String emulator = versions.emulator().map(qemu -> ", emulated by QEMU " + qemu).orElse("");
    return List.of(
        List.of("fcvm", versions.fcvm() + ", Java " + versions.java()),
        List.of("host", versions.arch() + ", Linux " + versions.kernel() + emulator),
        List.of(
            "guests",
            "Linux %s, %d CPUs, %d MiB"
                .formatted(results.kernel().orElse(NOTHING), options.cpus(), options.memoryMib())),
        List.of("peer", "QEMU " + versions.qemu() + ", virtiofsd " + versions.virtiofsd()));
  }

  /// As rows of a table, the header first.
  public List<List<String>> table() {
    List<List<String>> table = new ArrayList<>(List.of(HEADER));
    for (Row row : options.rows()) {
      table.add(
          List.of(
              row.title(),
              row.unit(),
              rate(results.median(Subject.DISK, row)),
              rate(results.median(Subject.VIRTIOFS, row)),
              rate(results.median(Subject.VIRTIOFSD, row)),
              ratio(ratio(row, Subject.VIRTIOFSD)),
              ratio(ratio(row, Subject.DISK)),
              row.pageCache()));
    }
    return table;
  }

  // Three digits are more than such measurements are good for.
  private static String rate(OptionalDouble rate) {
    if (rate.isEmpty()) {
      return NOTHING;
    }
    double value = rate.getAsDouble();
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }

  private static String ratio(OptionalDouble ratio) {
    if (ratio.isEmpty()) {
      return NOTHING;
    }
    double value = ratio.getAsDouble();
    return String.format(Locale.ROOT, value < 0.1 ? "%.3f" : "%.2f", value);
  }

  private OptionalDouble ratio(Row row, Subject other) {
    OptionalDouble ours = results.median(Subject.VIRTIOFS, row);
    OptionalDouble theirs = results.median(other, row);
    return ours.isEmpty() || theirs.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(ours.getAsDouble() / theirs.getAsDouble());
  }

  /// As one JSON object.
  public void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeNumberProperty("cpus", options.cpus());
    json.writeNumberProperty("memoryMib", options.memoryMib());
    json.writeNumberProperty("warmUpSeconds", options.warmUp());
    json.writeNumberProperty("rounds", options.rounds());
    json.writeNumberProperty("passes", options.passes());
    writeVersions(json);
    json.writeName("rows");
    json.writeStartArray();
    for (Row row : options.rows()) {
      write(json, row);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writeVersions(JsonGenerator json) {
    json.writeStringProperty("arch", versions.arch().toString());
    json.writeName("versions");
    json.writeStartObject();
    json.writeStringProperty("fcvm", versions.fcvm());
    json.writeStringProperty("java", versions.java());
    json.writeStringProperty("kernel", versions.kernel());
    write(json, "emulator", versions.emulator());
    write(json, "guestKernel", results.kernel());
    json.writeStringProperty("qemu", versions.qemu());
    json.writeStringProperty("virtiofsd", versions.virtiofsd());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String name, Optional<String> value) {
    if (value.isEmpty()) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, value.get());
    }
  }

  private void write(JsonGenerator json, Row row) {
    json.writeStartObject();
    json.writeStringProperty("row", row.key());
    json.writeStringProperty("title", row.title());
    json.writeStringProperty("unit", row.unit());
    json.writeStringProperty("cache", row.pageCache());
    for (Subject subject : Subject.values()) {
      write(json, subject, row);
    }
    write(json, "vsVirtiofsd", ratio(row, Subject.VIRTIOFSD));
    write(json, "vsDisk", ratio(row, Subject.DISK));
    json.writeEndObject();
  }

  private void write(JsonGenerator json, Subject subject, Row row) {
    json.writeName(subject.key());
    json.writeStartObject();
    write(json, "median", results.median(subject, row));
    json.writeName("rates");
    json.writeStartArray();
    results.rates(subject, row).forEach(json::writeNumber);
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String name, OptionalDouble value) {
    if (value.isEmpty()) {
      json.writeNullProperty(name);
    } else {
      json.writeNumberProperty(name, value.getAsDouble());
    }
  }
}
