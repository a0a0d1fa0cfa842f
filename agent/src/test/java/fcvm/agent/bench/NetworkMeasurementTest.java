package fcvm.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkMeasurementTest {
  @ParameterizedTest
  @EnumSource
  void aLineIsReadAgain(NetworkRow row) {
    NetworkMeasurement measurement = new NetworkMeasurement(row, 1234.5);
    assertThat(NetworkMeasurement.parse(measurement.line())).contains(measurement);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fcvm-bench: network send-1",
        "fcvm-bench: network send-1 0.000",
        "fcvm-bench: network send-1 -1",
        "fcvm-bench: network send-2 1",
        "fcvm-bench: network send-1 1e99",
        "fcvm-bench: network send-1 9999999999999.0",
        "x fcvm-bench: network send-1 1"
      })
  void whateverElseMayStandThereIsNone(String line) {
    assertThat(NetworkMeasurement.parse(line)).isEmpty();
  }

  @Test
  void iperfSaysWhatWasReceived() throws Exception {
    String json =
        """
        {"end": {"sum_sent": {"bits_per_second": 5.0e9, "sender": true},
         "sum_received":\t{"start": 0, "seconds": 5.1, "bits_per_second":\t4.5e+9, "sender": true}}}
        """;
    assertThat(NetworkBench.received(json)).isEqualTo(4.5e9);
    assertThatThrownBy(() -> NetworkBench.received("{\"error\": \"unable to connect\"}"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("unable to connect");
  }
}
