package fcvm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotDirectoryTest {
  @TempDir Path dir;

  @Test
  void isTheDirectoryWhateverItsPath() throws Exception {
    Path one = Files.createDirectory(dir.resolve("one"));
    SlotDirectory before = SlotDirectory.of(one, false);
    Path moved = Files.move(one, dir.resolve("moved"));
    assertThat(SlotDirectory.of(moved, false).isSameAs(before)).isTrue();
    Files.createDirectory(one);
    assertThat(SlotDirectory.of(one, false).isSameAs(before)).isFalse();
  }

  @Test
  void isAnotherIfAnythingButThePathDiffers() {
    SlotDirectory it = new SlotDirectory(Path.of("/a"), false, 1, 2, 3, 4);
    assertThat(it.isSameAs(new SlotDirectory(Path.of("/b"), false, 1, 2, 3, 4))).isTrue();
    assertThat(it.isSameAs(new SlotDirectory(Path.of("/a"), true, 1, 2, 3, 4))).isFalse();
    assertThat(it.isSameAs(new SlotDirectory(Path.of("/a"), false, 0, 2, 3, 4))).isFalse();
    assertThat(it.isSameAs(new SlotDirectory(Path.of("/a"), false, 1, 0, 3, 4))).isFalse();
    assertThat(it.isSameAs(new SlotDirectory(Path.of("/a"), false, 1, 2, 0, 4))).isFalse();
    assertThat(it.isSameAs(new SlotDirectory(Path.of("/a"), false, 1, 2, 3, 0))).isFalse();
  }

  @Test
  void theMountIsPartOfIt() throws Exception {
    assertThat(SlotDirectory.of(Path.of("/proc"), true).mount())
        .isNotEqualTo(SlotDirectory.of(dir, true).mount());
  }

  @Test
  void theNextProcessReadsWhatThisOneWrote() throws Exception {
    Path file = dir.resolve("slot.json");
    assertThat(SlotDirectory.read(file)).isEmpty();
    SlotDirectory written = new SlotDirectory(dir, true, 1L << 40, -2, -3, 1L << 60);
    SlotDirectory.of(dir, false).write(file);
    written.write(file);
    assertThat(SlotDirectory.read(file)).contains(written);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void whatIsNoDirectoryIsRefused() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    assertThatThrownBy(() -> SlotDirectory.of(file, false)).hasMessageContaining(file.toString());
  }
}
