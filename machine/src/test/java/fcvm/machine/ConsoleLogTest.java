package fcvm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {
  @TempDir Path directory;

  private ConsoleLog log(String text) throws Exception {
    Path path = directory.resolve("console.log");
    Files.writeString(path, text);
    return new ConsoleLog(path);
  }

  @Test
  void tellsAPowerOffFromACrash() throws Exception {
    assertThat(log("[  8.03] reboot: Power down\r\n").saysPowerOff()).isTrue();
    assertThat(log("").saysPowerOff()).isFalse();
    assertThat(log("").reason()).isEqualTo("its QEMU process ended or was killed");
    assertThat(log("[1.0] Kernel panic - not syncing: no init\r\n[1.1] CPU: 0\r\n").reason())
        .isEqualTo("its kernel panicked: no init");
  }

  @Test
  void excerptHasTheLastLines() throws Exception {
    String excerpt = log("one\ntwo\n\nthree\n").excerpt(2);
    assertThat(excerpt).endsWith(":\n  two\n  three").doesNotContain("one");
    assertThat(log("").excerpt(2)).endsWith("console.log is empty");
  }

  @Test
  void keepsOneLogBeforeThisOne() throws Exception {
    ConsoleLog log = log("first");
    log.rotate();
    assertThat(log.path()).isEmptyFile();
    Files.writeString(log.path(), "second");
    log.rotate();
    log.rotate();
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(2);
    }
  }
}
