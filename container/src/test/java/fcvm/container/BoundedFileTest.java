package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedFileTest {
  @TempDir Path dir;

  @Test
  void keepsTheLastWordsWithinItsBound() throws Exception {
    Path file = dir.resolve("console.log");
    try (BoundedFile log = new BoundedFile(file, 100)) {
      for (int i = 0; i < 1000; i++) {
        log.write("line %05d\n".formatted(i).getBytes(StandardCharsets.US_ASCII));
      }
    }
    assertThat(Files.readString(file)).endsWith("line 00999\n");
    assertThat(Files.size(file) + Files.size(dir.resolve("console.log.1")))
        .isLessThanOrEqualTo(200);
  }
}
