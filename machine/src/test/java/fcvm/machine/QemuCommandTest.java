package fcvm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Arch;
import fcvm.provision.PasstTree;
import fcvm.provision.ToolTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The whole command line against `qemu-ARCH.txt`, one argument a line.
class QemuCommandTest {
  private static final Path DATA = Path.of("/data,1");

  private static List<String> arguments(Arch arch) {
    MachinePaths paths = new MachinePaths(DATA.resolve("machines/m"));
    MachineParts parts =
        new MachineParts(
            new ToolTree(Path.of("/tools"), Arch.AMD64),
            new PasstTree(new ToolTree(Path.of("/passt"), Arch.AMD64)),
            Path.of("/data/vmlinuz"),
            Path.of("/data/initrd"),
            Path.of("/data/rootfs"),
            Path.of("/data/blank"),
            Path.of("/dist"));
    List<Share> shares =
        List.of(
            Share.ofArtifacts("data", DATA, paths.share("data")),
            Share.ofArtifacts("dist", parts.distribution(), paths.share("dist")));
    return new QemuCommand(arch, new MachineConfig(2, 4096, 900), paths, parts, shares, true)
        .arguments();
  }

  @ParameterizedTest
  @EnumSource
  void isAsExpected(Arch arch) throws Exception {
    String text = String.join("\n", arguments(arch)) + "\n";
    Path golden = Path.of("src/test/resources/fcvm/machine/qemu-" + arch + ".txt");
    assertThat(text).isEqualTo(Files.readString(golden));
  }

  @ParameterizedTest
  @EnumSource
  void hasAllPorts(Arch arch) {
    List<String> arguments = arguments(arch);
    for (int i = 1; i <= 31; i++) {
      assertThat(arguments)
          .contains(
              "virtserialport,bus=serial.0,nr=" + i + ",chardev=port" + i + ",name=fcvm." + i);
    }
  }
}
