package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PidFdTest {
  private static final int SIGKILL = 9;

  @Test
  void signalsAProcessAndSeesItEnd() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "60").start();
    try (PidFd process = PidFd.open(sleep.pid())) {
      assertThat(process.awaitEnd(Duration.ZERO)).isFalse();
      assertThat(process.signal(SIGKILL)).isTrue();
      assertThat(process.awaitEnd(Duration.ofSeconds(30))).isTrue();
      assertThat(sleep.waitFor()).isEqualTo(128 + SIGKILL);
      assertThat(process.signal(SIGKILL)).isFalse();
    } finally {
      sleep.destroyForcibly();
    }
  }

  @Test
  void aProcessThatIsNotThereIsEsrch() {
    assertThatThrownBy(() -> PidFd.open(Integer.MAX_VALUE))
        .isInstanceOfSatisfying(
            LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
  }
}
