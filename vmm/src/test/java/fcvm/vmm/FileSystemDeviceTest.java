package fcvm.vmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import fcvm.fuse.FuseOptions;
import fcvm.linux.ThreadCredentials;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What cannot be served is said before the guest starts: which file system, which path, and why.
class FileSystemDeviceTest {
  @TempDir Path directory;

  private static void open(Path path) throws IOException {
    FileSystemDevice.of(new DeviceSpec.FileSystem("src", path, FuseOptions.DEFAULT), 1, 1).close();
  }

  private static void assertRefused(Path path, String reason) {
    assertThatThrownBy(() -> open(path))
        .isInstanceOf(IOException.class)
        .hasMessage("file system \"src\": " + path + ": " + reason);
  }

  @Test
  void aDirectoryAFileAndALinkToOneAreServed() throws IOException {
    open(directory);
    Path file = Files.writeString(directory.resolve("file"), "content");
    open(file);
    open(Files.createSymbolicLink(directory.resolve("link"), file));
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    assertRefused(directory.resolve("none"), "no such file or directory");
    Path dangling = Files.createSymbolicLink(directory.resolve("link"), Path.of("nowhere"));
    assertRefused(dangling, "no such file or directory");
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> open(file.resolve("x"))).hasMessageEndingWith("Not a directory");
  }

  @Test
  void devicesAndSocketsAreNotServed() throws IOException {
    assertRefused(Path.of("/dev/null"), "neither a directory nor a regular file");
    Path socket = directory.resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(server.bind(UnixDomainSocketAddress.of(socket))).isNotNull();
      assertRefused(socket, "neither a directory nor a regular file");
    }
  }

  @Test
  void whatMayNotBeReadIsNotServed() throws IOException {
    assumeFalse(ThreadCredentials.isRoot(), "root may read everything");
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("-wx------"));
    assertRefused(closed, "permission denied");
  }
}
