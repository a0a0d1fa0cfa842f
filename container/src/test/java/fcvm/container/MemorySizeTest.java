package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {
  @ParameterizedTest
  @CsvSource({"512,512", "512m,512", "2g,2048", "2G,2048", "2GiB,2048", "1t,1048576", "256,256"})
  void parses(String text, int mib) throws Exception {
    assertThat(MemorySize.parseMib(text)).isEqualTo(mib);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "m", "-1", "1.5g", "2x", "255", "1", "0", "999999999t", "9999999999"})
  void refuses(String text) {
    assertThatThrownBy(() -> MemorySize.parseMib(text)).isInstanceOf(ContainerException.class);
  }
}
