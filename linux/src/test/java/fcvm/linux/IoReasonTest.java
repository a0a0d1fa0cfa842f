package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoReasonTest {
  @TempDir Path dir;

  private static String of(ThrowingCallable failing) {
    return IoReason.of(catchThrowableOfType(IOException.class, failing));
  }

  @Test
  void saysWhatTheClassOfAnExceptionMeans() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    Path missing = dir.resolve("missing");
    assertThat(of(() -> Files.size(missing))).isEqualTo(missing + ": no such file or directory");
    assertThat(of(() -> Files.createFile(file))).isEqualTo(file + ": file exists");
    assertThat(of(() -> Files.newDirectoryStream(file))).isEqualTo(file + ": not a directory");
    assertThat(of(() -> Files.delete(dir))).startsWith(dir + ": ");
  }

  @Test
  void keepsAMessageThatSaysIt() {
    assertThat(IoReason.of(new IOException("Broken pipe"))).isEqualTo("Broken pipe");
    assertThat(IoReason.of(new IOException())).isEqualTo("java.io.IOException");
  }
}
