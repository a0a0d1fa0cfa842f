package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuestFilesTest {
  private static final Path DATA = Path.of("/home/u/data");

  @Test
  void areFoundWhereTheDirectoryIsElsewhere() throws Exception {
    GuestFiles here =
        new GuestFiles(
            DATA.resolve("k/vmlinuz"),
            DATA.resolve("i"),
            DATA.resolve("r"),
            DATA.resolve("d"),
            false,
            Optional.empty());
    String line = here.line(DATA, Path.of("/mnt"));
    assertThat(line).isEqualTo("mmio:/mnt/k/vmlinuz:/mnt/i:/mnt/r:/mnt/d");
    assertThat(GuestFiles.parse(line).kernel()).isEqualTo(Path.of("/mnt/k/vmlinuz"));
  }

  @Test
  void areReadAsTheyWereWritten() throws Exception {
    for (boolean pci : new boolean[] {false, true}) {
      GuestFiles files =
          new GuestFiles(
              DATA.resolve("k"),
              DATA.resolve("i"),
              DATA.resolve("r"),
              DATA.resolve("d"),
              pci,
              pci ? Optional.of(DATA.resolve("image")) : Optional.empty());
      assertThat(GuestFiles.parse(files.line())).isEqualTo(files);
    }
  }

  @Test
  void mustBeInTheDirectory() {
    Path outside = Path.of("/boot/vmlinuz");
    GuestFiles files = new GuestFiles(outside, outside, outside, outside, false, Optional.empty());
    assertThatThrownBy(() -> files.line(DATA, Path.of("/mnt")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/boot/vmlinuz");
  }

  @Test
  void anythingElseIsRefused() {
    for (String line : List.of("a:b", "/k:/i:/r:/d", "usb:/k:/i:/r:/d")) {
      assertThatThrownBy(() -> GuestFiles.parse(line)).isInstanceOf(ContainerException.class);
    }
  }
}
