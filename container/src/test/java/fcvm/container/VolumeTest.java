package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeTest {
  @TempDir Path dir;

  @Test
  void aDirectoryMayBeChangedAndIsSeenWithinASecond() throws Exception {
    Volume volume = Volume.parse(dir + ":/data/../work/");
    assertThat(volume.host()).isEqualTo(dir);
    assertThat(volume.container()).isEqualTo("/work");
    assertThat(volume.options().isReadOnly()).isFalse();
    assertThat(volume.options().hasWritebackCache()).isFalse();
    assertThat(volume.options().attributeTimeout()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void optionsAreSeparatedByCommas() throws Exception {
    Volume volume = Volume.parse(dir + ":/d:ro,z,writeback,attr_timeout=0.25,entry_timeout=0");
    assertThat(volume.options().isReadOnly()).isTrue();
    assertThat(volume.options().hasWritebackCache()).isTrue();
    assertThat(volume.options().attributeTimeout()).isEqualTo(Duration.ofMillis(250));
    assertThat(volume.options().entryTimeout()).isZero();
    assertThat(Volume.parse(volume.textAt(dir.toString()))).isEqualTo(volume);
  }

  @Test
  void aRelativePathBeginsHere() throws Exception {
    assertThat(Volume.parse(".:/d").host()).isEqualTo(Path.of("").toAbsolutePath());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DIR                        | HOST:CONTAINER
          DIR:/a:ro:more             | HOST:CONTAINER
          data:/a                    | named volumes
          DIR/nosuch:/a              | no such file
          /dev/null:/a               | neither a directory nor a file
          DIR:a                      | absolute
          DIR:/                      | absolute
          DIR:/a/..                  | absolute
          DIR:                       | absolute
          DIR:/a:                    | no option ''
          DIR:/a:rw,noexec           | no option 'noexec'
          DIR:/a:attr_timeout=       | seconds
          DIR:/a:attr_timeout=-1     | seconds
          DIR:/a:entry_timeout=3601  | seconds
          """)
  void whatIsNoVolumeIsRefused(String text, String said) {
    assertThatThrownBy(() -> Volume.parse(text.replace("DIR", dir.toString())))
        .isInstanceOf(ContainerException.class)
        .hasMessageContaining(said);
  }

  @Test
  void twoCannotHaveOnePlaceAndThereIsALimit() {
    assertThatThrownBy(() -> Volume.parse(List.of(dir + ":/a", dir + ":/b/../a")))
        .hasMessageContaining("two volumes at /a");
    assertThatThrownBy(() -> Volume.parse(Collections.nCopies(9, dir.toString())))
        .isInstanceOf(ContainerException.class);
  }

  @Test
  void aLinkIsWhatItLeadsTo() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    Path link = Files.createSymbolicLink(dir.resolve("link"), file);
    assertThat(Volume.parse(link + ":/f").host()).isEqualTo(file.toRealPath());
    Path dangling = Files.createSymbolicLink(dir.resolve("dangling"), dir.resolve("nosuch"));
    assertThatThrownBy(() -> Volume.parse(dangling + ":/f")).hasMessageContaining("no such file");
    Path colon = Files.createSymbolicLink(dir.resolve("c"), Files.createFile(dir.resolve("a:b")));
    assertThatThrownBy(() -> Volume.parse(colon + ":/f")).hasMessageContaining("colon");
  }

  @Test
  void aFileIsBoundByItsName() throws Exception {
    Path file = Files.createFile(dir.resolve("a file"));
    List<Volume> volumes = Volume.parse(List.of(dir + ":/d", file + ":/etc/f:ro"));
    List<VolumeMount> mounts = VolumeMount.all(volumes);
    assertThat(mounts.getFirst().podmanVolume()).isEqualTo("/run/fcvm/volumes/0:/d:rw");
    assertThat(mounts.getLast().podmanVolume()).isEqualTo("/run/fcvm/volumes/1/a file:/etc/f:ro");
    assertThat(mounts.getLast().shared().isReadOnly()).isTrue();
    assertThat(mounts.getLast().device().options().isReadOnly()).isTrue();
  }
}
