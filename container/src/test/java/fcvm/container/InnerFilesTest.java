package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.vmm.DeviceSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InnerFilesTest {
  private static final Path DATA = Path.of("/home/u/data");
  private static final GuestFiles FILES =
      new GuestFiles(
          DATA.resolve("kernels/vmlinux"),
          DATA.resolve("initrd.cpio"),
          DATA.resolve("rootfs.erofs"),
          DATA.resolve("disk.ext4"),
          false,
          Optional.empty());

  @Test
  void theGuestGetsItsGuestsFilesReadOnlyAndNothingElse() {
    InnerFiles inner = new InnerFiles(Path.of("/opt/fcvm"), FILES, DATA);
    assertThat(inner.devices()).allMatch(device -> device.options().isReadOnly());
    assertThat(inner.shared()).allMatch(shared -> shared.isReadOnly());
    DeviceSpec.FileSystem data = inner.devices().getLast();
    assertThat(data.path()).isEqualTo(DATA);
    assertThat(data.only()).containsExactly("kernels", "initrd.cpio", "rootfs.erofs", "disk.ext4");
  }

  @Test
  void theGuestsFcvmFindsThem() throws Exception {
    List<String> environment =
        new InnerFiles(Path.of("/opt/fcvm"), FILES, DATA)
            .environment().stream()
                .map(entry -> new String(entry, StandardCharsets.UTF_8))
                .toList();
    String prefix = GuestFiles.VARIABLE + "=";
    String line =
        environment.stream().filter(entry -> entry.startsWith(prefix)).findFirst().orElseThrow();
    assertThat(GuestFiles.parse(line.substring(prefix.length())).kernel())
        .isEqualTo(Path.of("/mnt/fcvm/data/kernels/vmlinux"));
    assertThat(environment).contains("FCVM_DATA_DIR=/mnt/fcvm/data", "FCVM_IN_MACHINE=1");
  }

  @Test
  void aFileThatIsElsewhereCannotBeGiven() {
    InnerFiles inner = new InnerFiles(Path.of("/opt/fcvm"), FILES, Path.of("/elsewhere"));
    assertThatThrownBy(inner::devices).isInstanceOf(IllegalArgumentException.class);
  }
}
