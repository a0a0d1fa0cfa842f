package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortCommandTest {
  private static final String PORTS =
      "127.0.0.1:8080->80/tcp, [0:0:0:0:0:0:0:1]:8080->80/tcp, 0.0.0.0:53->53/udp";

  @Test
  void allAreAsPodmanHasThem() {
    assertThat(PortCommand.all(PORTS))
        .containsExactly(
            "80/tcp -> 127.0.0.1:8080", "80/tcp -> [0:0:0:0:0:0:0:1]:8080", "53/udp -> 0.0.0.0:53");
    assertThat(PortCommand.all("")).isEmpty();
  }

  @Test
  void oneIsWhereverItLeads() throws Exception {
    assertThat(PortCommand.places(PORTS, PortCommand.port("80")))
        .containsExactly("127.0.0.1:8080", "[0:0:0:0:0:0:0:1]:8080");
    assertThat(PortCommand.places(PORTS, PortCommand.port("53/udp"))).containsExactly("0.0.0.0:53");
    assertThat(PortCommand.places(PORTS, PortCommand.port("53"))).isEmpty();
    assertThat(PortCommand.places("", PortCommand.port("80"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http", "80/sctp", "123456", "80/"})
  void otherThingsAreNoPorts(String text) {
    assertThatThrownBy(() -> PortCommand.port(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
