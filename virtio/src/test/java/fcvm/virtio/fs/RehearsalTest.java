package fcvm.virtio.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.Errno;
import fcvm.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
  @TempDir Path directory;

  @Test
  void leavesTheDirectoryAsItWas() throws IOException {
    try (Rehearsal rehearsal = new Rehearsal(directory)) {
      rehearsal.play();
      rehearsal.play();
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void saysWhatFails() throws IOException {
    Files.createFile(directory.resolve("directory"));
    try (Rehearsal rehearsal = new Rehearsal(directory)) {
      assertThatThrownBy(rehearsal::play)
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
    }
  }
}
