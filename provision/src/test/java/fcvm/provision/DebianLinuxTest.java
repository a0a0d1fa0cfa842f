package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DebianLinuxTest {
  @Test
  void theNewestIsChosenByNumber() {
    assertThat(
            DebianLinux.choose(
                List.of("linux-source-6.12", "linux-source-7.10", "linux-source-7.9", "other-8.1")))
        .contains("linux-source-7.10");
  }

  @Test
  void whatIsTooOldIsNotChosen() {
    assertThat(DebianLinux.choose(List.of("linux-source-6.12"))).isEmpty();
    assertThat(DebianLinux.choose(List.of("linux-source-6.16"))).contains("linux-source-6.16");
    assertThat(DebianLinux.choose(List.of())).isEmpty();
  }
}
