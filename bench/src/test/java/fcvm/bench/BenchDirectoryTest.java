package fcvm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchDirectoryTest {
  @TempDir Path parent;

  @Test
  void isEmptyAndGoesWithAllThatIsInIt() throws Exception {
    Path path = parent.resolve("bench");
    Path kept = Files.writeString(parent.resolve("kept"), "kept");
    Files.createDirectories(path.resolve("left/by/another"));
    try (BenchDirectory directory = new BenchDirectory(path)) {
      assertThat(path).isEmptyDirectory();
      Files.createDirectories(path.resolve("a/b"));
      Files.createSymbolicLink(path.resolve("a/link"), parent);
      directory.clear();
      assertThat(path).isEmptyDirectory();
      Files.createSymbolicLink(path.resolve("link"), kept);
    }
    assertThat(path).doesNotExist();
    assertThat(kept).hasContent("kept");
  }

  @Test
  void isForOneAtATime() throws Exception {
    Path path = parent.resolve("bench");
    try (BenchDirectory _ = new BenchDirectory(path)) {
      assertThatThrownBy(() -> new BenchDirectory(path))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another bench");
    }
    try (BenchDirectory _ = new BenchDirectory(path)) {
      assertThat(path).isEmptyDirectory();
    }
  }
}
