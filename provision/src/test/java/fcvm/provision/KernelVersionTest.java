package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KernelVersionTest {
  @Test
  void choosesTheNewestOfTheSeriesByNumberNotByText() {
    assertThat(choose("6.18.9", "6.18.15", "6.18.5", "6.19.14", "7.3.4", "6.12.107"))
        .isEqualTo("6.18.15+deb13-cloud-amd64");
  }

  @Test
  void withoutTheSeriesTheNewestOfAll() {
    assertThat(choose("6.12.107", "6.19.6", "7.3.4", "7.1.13"))
        .isEqualTo("7.3.4+deb13-cloud-amd64");
  }

  @Test
  void refusesOlderOnesAndOtherKinds() {
    assertThat(KernelVersion.choose(names("6.12.107", "6.17.13"))).isEmpty();
    assertThat(
            KernelVersion.choose(
                List.of(
                    "linux-image-6.18.15+deb13-amd64",
                    "linux-image-6.18.15+deb13-cloud-amd64-unsigned",
                    "linux-image-6.18.15+deb13-cloud-amd64-dbg",
                    "linux-image-cloud-amd64")))
        .isEmpty();
  }

  private static String choose(String... versions) {
    return KernelVersion.choose(names(versions)).orElseThrow().release();
  }

  private static List<String> names(String... versions) {
    return List.of(versions).stream()
        .map(version -> "linux-image-" + version + "+deb13-cloud-amd64")
        .toList();
  }
}
