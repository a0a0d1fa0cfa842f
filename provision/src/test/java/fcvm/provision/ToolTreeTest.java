package fcvm.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.linux.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolTreeTest {
  @TempDir Path root;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)|false",
        "QEMU emulator version 9.1.9|false",
        "QEMU emulator version 9.2.0|true",
        "QEMU emulator version 10.0.13 (Debian 1:10.0.13)|true",
        "no version here|false",
        "version 99999999999999.1|false"
      })
  void knowsWhichQemuIsNewEnough(String said, boolean isNewEnough) {
    assertThat(ToolTree.isNewEnough(said)).isEqualTo(isNewEnough);
  }

  @Test
  void runsAProgramThroughTheTreesLoader() throws Exception {
    Path bin = Files.createDirectories(root.resolve("usr/sbin"));
    Files.createFile(
        bin.resolve("tool"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    List<String> command = new ToolTree(root, Arch.ARM64).command("tool", List.of("a b"));
    String library = root + "/usr/lib/aarch64-linux-gnu";
    assertThat(command)
        .startsWith(library + "/ld-linux-aarch64.so.1", "--library-path")
        .endsWith("--argv0", "tool", bin + "/tool", "a b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "QEMU emulator version 10.0.13 (Debian 1:10.0.13+ds-0)|10.0.13 (Debian 1:10.0.13+ds-0)",
        "virtiofsd 1.13.2|1.13.2"
      })
  void asksAProgramForItsVersion(String says, String version) throws Exception {
    assertThat(treeWhoseLoaderSays(says).version("virtiofsd")).isEqualTo(version);
  }

  @Test
  void aProgramWithoutAVersionIsNamed() {
    assertThatThrownBy(() -> treeWhoseLoaderSays("who asks?").version("virtiofsd"))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContainingAll("virtiofsd", "who asks?");
  }

  private ToolTree treeWhoseLoaderSays(String line) throws IOException {
    executable(root.resolve("usr/libexec/virtiofsd"), "");
    executable(
        root.resolve("usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"),
        "#!/bin/sh\necho '%s'\necho Copyright 1.2.3\n".formatted(line));
    return new ToolTree(root, Arch.AMD64);
  }

  private static void executable(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> new ToolTree(root, Arch.AMD64).command("nosuch", List.of()))
        .isInstanceOf(ProvisionException.class)
        .hasMessageContaining("nosuch");
  }
}
