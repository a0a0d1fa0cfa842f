package fcvm.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostKernelTest {
  @ParameterizedTest
  @CsvSource({
    "6.15.9, true",
    "6.16.0-rc1, false",
    "6.18.15+deb13-cloud-arm64, false",
    "7.3.4, false",
    "5.99.1, true",
    "unknown, false"
  })
  void isComparedByItsVersion(String release, boolean older) {
    assertThat(new HostKernel(release, List.of()).isOlderThan(6, 16)).isEqualTo(older);
  }

  @Test
  void aModuleThatIsNotLoadedHasNoParameters() {
    assertThat(HostKernel.parameter("no_such_module", "nested")).isEmpty();
  }
}
