package fcvm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.agent.bench.NetworkRow;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkReportTest {
  @Test
  void oursIsComparedWithQemus() {
    NetworkReport report = new NetworkReport(1);
    report.add(NetworkSubject.PASST, Map.of(NetworkRow.SEND_1, 300.0, NetworkRow.ROUND_TRIP, 50.0));
    report.add(
        NetworkSubject.QEMU_PASST, Map.of(NetworkRow.SEND_1, 200.0, NetworkRow.ROUND_TRIP, 100.0));
    List<List<String>> table = report.table();
    assertThat(table.get(1))
        .containsExactly("send, 1 stream", "Mbit/s", "300", "200", "1.50", "-", "-", "-");
    assertThat(table.getLast())
        .as("half the time is twice as good")
        .containsExactly("there and back", "us", "50", "100", "2.00", "-", "-", "-");
    assertThat(report.isComplete()).isFalse();
  }

  @Test
  void isCompleteWhenEverythingWasMeasuredInEachPass() {
    NetworkReport report = new NetworkReport(2);
    for (int pass = 0; pass < 2; pass++) {
      assertThat(report.isComplete()).isFalse();
      for (NetworkSubject subject : NetworkSubject.values()) {
        for (NetworkRow row : NetworkRow.values()) {
          report.add(subject, Map.of(row, 1.0));
        }
      }
    }
    assertThat(report.isComplete()).isTrue();
  }
}
