package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelLogTest {
  @TempDir Path directory;

  private KernelLog log(String text) throws Exception {
    return KernelLog.endOf(Files.writeString(directory.resolve("console.log"), text));
  }

  @Test
  void knowsTheKernelsLastWords() throws Exception {
    assertThat(log("[  8.03] reboot: Power down\r\n").saysPowerOff()).isTrue();
    assertThat(log("").saysPowerOff()).isFalse();
    assertThat(log("").panic()).isEmpty();
    assertThat(log("[1.0] Kernel panic - not syncing: no init\r\n[1.1] CPU: 0\r\n").panic())
        .contains("no init");
  }

  @Test
  void hasNothingThatATerminalObeys() throws Exception {
    assertThat(log("one\ntwo\n\n\u001b[31mthree\u0007\n").lastLines(2))
        .containsExactly("two", "[31mthree");
  }

  @Test
  void isBoundedHoweverMuchTheGuestPrints() throws Exception {
    KernelLog log = log("reboot: Power down\n" + "x".repeat(1 << 20));
    assertThat(log.saysPowerOff()).isFalse();
    assertThat(log.lastLines(1).getFirst()).hasSizeLessThan(300);
  }

  @Test
  void isEmptyWithoutAFile() {
    assertThat(KernelLog.endOf(directory.resolve("nosuch")).lastLines(3)).isEmpty();
  }
}
