package fcvm.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.linux.Mount;
import fcvm.linux.ThreadCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestMountTest {
  @TempDir Path directory;

  @Test
  void whatADeadProcessMountedGoesAndWhatALivingOneMountedStays() throws Exception {
    assumeTrue(ThreadCredentials.isRoot(), "only root may mount");
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    Path dead = Files.createDirectory(directory.resolve("of the dead"));
    Path alive = Files.createDirectory(directory.resolve("of the living"));
    String source = TestMount.source(process.pid());
    Mount.mount(source, dead.toString(), "tmpfs", 0, "");
    TestMount.mount(alive, "tmpfs", "");
    try {
      Files.createFile(dead.resolve("f"));
      Files.createFile(alive.resolve("f"));
      TestMount.sweep();
      assertThat(dead).isEmptyDirectory();
      assertThat(alive).isNotEmptyDirectory();
    } finally {
      Mount.detachResult(alive.toString());
      Mount.detachResult(dead.toString());
    }
  }
}
