package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// The archive of each architecture, unpacked where no build ever was, starts in its machine, with
/// the AOT cache that was made for it.
@ParameterizedClass
@ValueSource(strings = {"amd64", "arm64"})
class ArchiveIT {
  @Parameter String arch;
  @TempDir Path dir;

  @Test
  void runsWhereItIsUnpacked() throws Exception {
    Fcvm fcvm = new Fcvm(arch);
    Path file = dir.resolve("fcvm.tar.gz");
    Fcvm.Result packed = fcvm.run("archive", "--output", file.toString());
    assertThat(packed.exitCode()).as(packed.err()).isZero();
    assertThat(packed.out()).isEqualTo(file + "\n");
    try (var files = Files.list(dir)) {
      assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("fcvm.tar.gz");
    }

    Fcvm.Result started = fcvm.run("machine", "start");
    assertThat(started.exitCode()).as(started.err()).isZero();
    String script =
        "set -e; mkdir /tmp/unpacked; cd /tmp/unpacked; tar xz; cd *;"
            + " bin/fcvm version; runtime/bin/java -XX:AOTCache=lib/fcvm.aot -XX:AOTMode=on"
            + " -m fcvm.cli/fcvm.cli.Main version; rm -r /tmp/unpacked";
    Fcvm.Result ran = fcvm.run(file, "machine", "exec", "-i", "--", "sh", "-c", script);
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out().lines().toList()).hasSize(2).allMatch(line -> line.startsWith("fcvm "));
  }

  @Test
  void hasNothingOfTheComputerThatPackedIt() throws Exception {
    Path file = dir.resolve("fcvm.tar.gz");
    assertThat(new Fcvm(arch).run("archive", "-o", file.toString()).exitCode()).isZero();
    List<String> names = list(file);
    assertThat(names).allMatch(name -> name.startsWith("fcvm-") && name.contains(arch));
    assertThat(names).anyMatch(name -> name.endsWith("/bin/fcvm"));
    assertThat(names).anyMatch(name -> name.endsWith("/runtime/bin/java"));
    assertThat(names).anyMatch(name -> name.endsWith("/lib/fcvm.aot"));
    assertThat(names).noneMatch(name -> name.endsWith(".built"));
  }

  private static List<String> list(Path file) throws Exception {
    Process tar =
        new ProcessBuilder("tar", "-tzf", file.toString())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .start();
    String text = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tar.waitFor()).as(text).isZero();
    return text.lines().toList();
  }
}
