package fcvm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.agent.bench.Measurement;
import fcvm.agent.bench.Row;
import fcvm.linux.Arch;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

class ReportTest {
  private static final int ROUNDS = 3;

  private final Results results = new Results(ROUNDS, List.of(Row.values()));
  private final Report report =
      new Report(
          new BenchOptions(2, 1024, 10, ROUNDS, 1, List.of(Row.values())),
          new Versions(
              Arch.ARM64, "0.1", "25.0.3+9", "6.18.1", Optional.of("11.1"), "10.0.13", "1.13.2"),
          results);

  /// Rates of one row, a round each.
  private void measured(Subject subject, Row row, long... rates) {
    for (int round = 1; round <= rates.length; round++) {
      results.add(
          1,
          subject,
          new Measurement(subject.place(), row, round, rates[round - 1], 1_000_000_000));
    }
  }

  private List<String> line(Row row) {
    return report.table().stream()
        .filter(line -> line.getFirst().equals(row.title()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void comparesMedians() {
    measured(Subject.DISK, Row.RANDOM_READ, 4000, 1, 9000);
    measured(Subject.VIRTIOFS, Row.RANDOM_READ, 1000, 1000, 5000);
    measured(Subject.VIRTIOFSD, Row.RANDOM_READ, 700, 900);
    assertThat(line(Row.RANDOM_READ))
        .containsExactly(
            Row.RANDOM_READ.title(), "ops/s", "4000", "1000", "800", "1.25", "0.25", "bypassed");
  }

  @Test
  void showsThreeDigitsOfSlowThings() {
    measured(Subject.DISK, Row.SEQUENTIAL_READ, 7);
    measured(Subject.VIRTIOFS, Row.SEQUENTIAL_READ, 45);
    assertThat(line(Row.SEQUENTIAL_READ)).containsSubsequence("7.00", "45.0");
  }

  @Test
  void leavesOutWhatWasNotMeasured() {
    measured(Subject.VIRTIOFS, Row.STAT_COLD, 10);
    assertThat(line(Row.STAT_COLD)).containsSubsequence("-", "10.0", "-", "-", "-");
    assertThat(report.isComplete()).isFalse();
  }

  @Test
  void namesWhatItWasMeasuredWith() {
    results.kernel("6.18.15");
    results.kernel("6.18.15");
    assertThat(report.head())
        .containsExactly(
            List.of("fcvm", "0.1, Java 25.0.3+9"),
            List.of("host", "arm64, Linux 6.18.1, emulated by QEMU 11.1"),
            List.of("guests", "Linux 6.18.15, 2 CPUs, 1024 MiB"),
            List.of("peer", "QEMU 10.0.13, virtiofsd 1.13.2"));
  }

  @Test
  void isCompleteWithARoundOfEverything() {
    for (Row row : Row.values()) {
      for (Subject subject : Subject.values()) {
        measured(subject, row, 1);
      }
    }
    assertThat(report.isComplete()).isTrue();
  }

  @Test
  void isJsonToo() {
    measured(Subject.VIRTIOFS, Row.READDIR, 10, 30);
    measured(Subject.VIRTIOFSD, Row.READDIR, 10);
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      report.write(json);
    }
    assertThat(text.toString())
        .startsWith(
            "{\"cpus\":2,\"memoryMib\":1024,\"warmUpSeconds\":10,\"rounds\":3,\"passes\":1,\"arch\":\"arm64\",")
        .contains(
            "\"versions\":{\"fcvm\":\"0.1\",\"java\":\"25.0.3+9\",\"kernel\":\"6.18.1\","
                + "\"emulator\":\"11.1\",\"guestKernel\":null,\"qemu\":\"10.0.13\","
                + "\"virtiofsd\":\"1.13.2\"},\"rows\":[{\"row\":")
        .contains(
            "\"disk\":{\"median\":null,\"rates\":[]},"
                + "\"virtiofs\":{\"median\":20.0,\"rates\":[10.0,30.0]},"
                + "\"virtiofsd\":{\"median\":10.0,\"rates\":[10.0]},"
                + "\"vsVirtiofsd\":2.0,\"vsDisk\":null}");
  }
}
