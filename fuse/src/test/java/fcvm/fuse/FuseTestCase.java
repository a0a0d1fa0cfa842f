package fcvm.fuse;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.linux.ThreadCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A directory with something beside it that nobody may touch, and a guest that has it mounted.
abstract class FuseTestCase {
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_EXCL = 0200;
  static final int O_TRUNC = 01000;
  static final int O_APPEND = 02000;
  static final long ROOT = FileSystem.ROOT;

  @TempDir Path outside;
  Path directory;
  Path secret;
  MockKernel kernel;

  @BeforeEach
  void mount() throws IOException {
    directory = Files.createDirectory(outside.resolve("shared"));
    secret = Files.writeString(outside.resolve("secret"), "secret");
    Files.createDirectory(outside.resolve("beside"));
    kernel = MockKernel.mount(directory);
  }

  @AfterEach
  void unmount() {
    kernel.close();
  }

  Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  static int unix(Path file, String attribute) throws IOException {
    return ((Number) Files.getAttribute(file, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS))
        .intValue();
  }

  static void assumeRoot() {
    assumeTrue(ThreadCredentials.isRoot(), "only root can act on behalf of others");
  }
}
