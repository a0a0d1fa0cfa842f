package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelSourceTest {
  @TempDir Path dir;
  private Path tree;

  @BeforeEach
  void makeTree() throws Exception {
    tree = Files.createDirectories(dir.resolve("linux-7.3"));
    Files.writeString(
        tree.resolve("Makefile"),
        """
        # SPDX-License-Identifier: GPL-2.0
        VERSION = 7
        PATCHLEVEL = 3
        SUBLEVEL = 4
        EXTRAVERSION = -rc2
        NAME = Baby Opossum Posse

        KERNELVERSION = $(VERSION)$(if $(PATCHLEVEL),.$(PATCHLEVEL))
        """);
    Files.writeString(tree.resolve("Kconfig"), "mainmenu\n");
    Files.createDirectories(tree.resolve(".git"));
    Files.writeString(tree.resolve(".git/HEAD"), "ref");
  }

  private Path pack() throws Exception {
    Path file = dir.resolve("linux.tar.xz");
    new Command("tar", "-cJf", file.toString(), "-C", dir.toString(), "linux-7.3").run(line -> {});
    return file;
  }

  @Test
  void aDirectoryIsSource() throws Exception {
    KernelSource source = KernelSource.of(tree);
    assertThat(source.version()).isEqualTo("7.3.4-rc2");
    Path target = Files.createDirectory(dir.resolve("target"));
    source.unpack(target);
    assertThat(target.resolve("Makefile")).hasSameTextualContentAs(tree.resolve("Makefile"));
    assertThat(target.resolve(".git")).doesNotExist();
  }

  @Test
  void onlyContentCountsInADirectory() throws Exception {
    String digest = KernelSource.of(tree).digest();
    Files.setLastModifiedTime(tree.resolve("Kconfig"), FileTime.from(Instant.EPOCH));
    Files.writeString(tree.resolve(".git/HEAD"), "other");
    Files.setPosixFilePermissions(
        tree.resolve("Kconfig"), PosixFilePermissions.fromString("rw-rw----"));
    assertThat(KernelSource.of(tree).digest()).isEqualTo(digest);
    Files.writeString(tree.resolve("Kconfig"), "other\n");
    assertThat(KernelSource.of(tree).digest()).isNotEqualTo(digest);
  }

  @Test
  void aTarArchiveIsSource() throws Exception {
    KernelSource source = KernelSource.of(pack());
    assertThat(source.version()).isEqualTo("7.3.4-rc2");
    assertThat(source.digest()).isEqualTo(Sha256.of(source.path()));
    Path target = Files.createDirectory(dir.resolve("target"));
    source.unpack(target);
    assertThat(target.resolve("Makefile")).hasSameTextualContentAs(tree.resolve("Makefile"));
  }

  @Test
  void aBrokenArchiveIsRefused() throws Exception {
    Path file = pack();
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, 40));
    assertThatThrownBy(() -> KernelSource.of(file).version())
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining(file + " is not a whole tar archive of Linux's source");
    Files.writeString(file, "text");
    assertThatThrownBy(() -> KernelSource.of(file).version())
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining(file + " is not a whole tar archive of Linux's source");
  }

  @Test
  void whatIsNotLinuxIsRefused() throws Exception {
    assertThatThrownBy(() -> KernelSource.of(dir).version())
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining(dir + " is not Linux's source")
        .hasMessageContaining("Makefile");
    Files.writeString(tree.resolve("Makefile"), "all:\n");
    assertThatThrownBy(() -> KernelSource.of(tree).version())
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("does not say VERSION");
    assertThatThrownBy(() -> KernelSource.of(dir.resolve("absent")))
        .isInstanceOf(ProvisionException.class)
        .hasMessage("there is no kernel source " + dir.resolve("absent"));
  }

  @Test
  void aMakefileAloneIsNotLinux() throws Exception {
    Files.delete(tree.resolve("Kconfig"));
    Path target = Files.createDirectory(dir.resolve("target"));
    assertThatThrownBy(() -> KernelSource.of(tree).unpack(target))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("there is no Kconfig");
  }
}
