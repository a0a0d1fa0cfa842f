package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GuestFilesTest {
  private static final Path DATA = Path.of("/home/u/data");

  @Test
  void areFoundWhereTheDirectoryIsElsewhere() throws Exception {
    GuestFiles here =
        new GuestFiles(
            DATA.resolve("k/vmlinuz"), DATA.resolve("i"), DATA.resolve("r"), DATA.resolve("d"));
    String line = here.line(DATA, Path.of("/mnt"));
    assertThat(line).isEqualTo("/mnt/k/vmlinuz:/mnt/i:/mnt/r:/mnt/d");
    assertThat(GuestFiles.parse(line).kernel()).isEqualTo(Path.of("/mnt/k/vmlinuz"));
  }

  @Test
  void mustBeInTheDirectory() {
    Path outside = Path.of("/boot/vmlinuz");
    GuestFiles files = new GuestFiles(outside, outside, outside, outside);
    assertThatThrownBy(() -> files.line(DATA, Path.of("/mnt")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/boot/vmlinuz");
  }

  @Test
  void anythingElseIsRefused() {
    assertThatThrownBy(() -> GuestFiles.parse("a:b")).isInstanceOf(ContainerException.class);
  }
}
