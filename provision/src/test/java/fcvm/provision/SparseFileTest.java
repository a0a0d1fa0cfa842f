package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.Errno;
import fcvm.linux.LinuxException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparseFileTest {
  private static final long SIZE = 1L << 32;

  @TempDir Path dir;

  @Test
  void copiesDataAndKeepsHoles() throws Exception {
    Path from = dir.resolve("from");
    try (RandomAccessFile file = new RandomAccessFile(from.toFile(), "rw")) {
      file.write(new byte[] {1, 2, 3});
      file.seek(SIZE / 2 + 5);
      file.write(new byte[3 << 20]);
      file.write(9);
      file.setLength(SIZE);
    }
    Path to = dir.resolve("to");
    SparseFile.copy(from, to);

    assertThat(Files.size(to)).isEqualTo(SIZE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(to)))
        .isEqualTo("rw-------");
    try (RandomAccessFile file = new RandomAccessFile(to.toFile(), "r")) {
      assertThat(file.readByte()).isEqualTo((byte) 1);
      file.seek(SIZE / 2 + 5 + (3 << 20));
      assertThat(file.readByte()).isEqualTo((byte) 9);
    }
    // A file of 4 GiB without holes would not have been copied in the twinkling of an eye, and the
    // file store says so too: its blocks are far fewer than its size.
    assertThat(blocks(to)).isLessThan(64L << 20);
  }

  @Test
  void anEmptyFileIsCopied() throws Exception {
    Path from = Files.createFile(dir.resolve("from"));
    SparseFile.copy(from, dir.resolve("to"));
    assertThat(dir.resolve("to")).isEmptyFile();
  }

  @Test
  void neverOverwrites() throws Exception {
    Path from = Files.writeString(dir.resolve("from"), "a");
    Path to = Files.writeString(dir.resolve("to"), "b");
    assertThatThrownBy(() -> SparseFile.copy(from, to))
        .isInstanceOfSatisfying(
            LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
    assertThat(to).hasContent("b");
  }

  /// Bytes on disk, as `stat` counts them.
  private static long blocks(Path file) throws Exception {
    return 512 * Long.parseLong(new Command("stat", "-c", "%b", file.toString()).output().strip());
  }
}
