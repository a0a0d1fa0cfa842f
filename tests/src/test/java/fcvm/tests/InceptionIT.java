package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Arch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// MicroVMs in microVMs, with Debian's kernel at every level. The emulated machines can nest, so
/// nothing here is ever skipped.
@Tag("inception")
class InceptionIT {
  private static final String BUSYBOX = "localhost/busybox";
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Pattern BOOT_ID =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /// The word that it prints is nowhere in its text.
  private static final String INNERMOST =
      "a=INCEP; b=TION; echo $a$b; uname -r; cat /proc/sys/kernel/random/boot_id; nproc; exit 7";

  @TempDir Path dir;

  private static String text(Arch arch) {
    return arch.debianName();
  }

  @ParameterizedTest
  @EnumSource(Arch.class)
  void aGuestIsAHypervisorForItsSystemAndItsContainer(Arch arch) throws Exception {
    Fcvm fcvm = new Fcvm(text(arch));
    Path program = Files.write(dir.resolve("kvm"), KvmProgram.of(arch));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Fcvm.Running outer =
        fcvm.piped(
            "podman",
            "run",
            "-i",
            "--name",
            "outer",
            "--nested",
            "--privileged",
            "--mem",
            "2g",
            "-v",
            dir + ":/t:ro",
            BUSYBOX,
            "sh",
            "-c",
            "test -c /dev/kvm && /t/kvm; echo kvm=$?; cat; echo over");
    outer.awaitOutput("kvm=0\n", PATIENCE);

    Fcvm.Result system =
        fcvm.run(
            "exec",
            "--vm",
            "outer",
            "sh",
            "-c",
            "test -c /dev/kvm && cat /proc/sys/kernel/random/boot_id && nproc && dmesg");
    assertThat(system.exitCode()).as(system.err()).isZero();
    if (arch == Arch.ARM64) {
      assertThat(system.out()).contains("CPU: All CPU(s) started at EL2");
      assertThat(system.out()).contains("VHE mode initialized successfully");
    } else {
      assertThat(system.out()).contains("Nested Paging enabled");
    }
    Fcvm.Result doctor = fcvm.run("exec", "--vm", "outer", "fcvm", "doctor", "--json");
    assertThat(doctor.out()).as(doctor.err()).contains("\"kvm\" : \"native\"");

    Fcvm.Result inner =
        fcvm.run(
            "exec", "--vm", "outer", "fcvm", "podman", "run", "--cpus", "2", "--mem", "512",
            BUSYBOX, "sh", "-c", INNERMOST);
    assertThat(inner.exitCode()).as(inner.err()).isEqualTo(7);
    List<String> lines = inner.out().lines().toList();
    assertThat(lines).as(inner.out()).hasSize(4);
    assertThat(lines.getFirst()).isEqualTo("INCEPTION");
    assertThat(lines.getLast()).isEqualTo("2");
    String machine = fcvm.run("machine", "exec", "cat", "/proc/sys/kernel/random/boot_id").out();
    assertThat(List.of(machine.strip(), system.out().lines().findFirst().orElse(""), lines.get(2)))
        .allMatch(id -> BOOT_ID.matcher(id).matches())
        .doesNotHaveDuplicates();

    outer.process().getOutputStream().close();
    Fcvm.Result end = outer.await(PATIENCE);
    assertThat(end.exitCode()).as(end.err()).isZero();
    assertThat(end.out()).endsWith("over\n");
  }

  @ParameterizedTest
  @EnumSource(Arch.class)
  void oneCommandRunsAndShowsAllLevels(Arch arch) throws Exception {
    Fcvm fcvm = new Fcvm(text(arch));
    Fcvm.Result run =
        fcvm.run("inception", "--debian-kernel", "--json", "--", BUSYBOX, "sh", "-c", INNERMOST);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(7);
    assertThat(run.out())
        .contains("\"output\" : \"INCEPTION\\n")
        .contains("\"exitCode\" : 7")
        .contains("\"level\" : 0", "\"level\" : 1", "\"level\" : 2")
        .contains("\"privilege\" : \"" + (arch == Arch.ARM64 ? "EL2" : "SVM") + "\"");
    List<String> ids =
        Pattern.compile("\"bootId\" : \"(" + BOOT_ID.pattern() + ")\"")
            .matcher(run.out())
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(ids).hasSize(3).doesNotHaveDuplicates();
    assertThat(run.out()).as("the container is in the last level").contains(ids.getLast() + "\\n");
  }
}
