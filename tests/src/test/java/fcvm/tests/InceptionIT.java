package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Arch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// MicroVMs in microVMs. The emulated machines can nest, so nothing here is ever skipped. arm64's
/// guests boot the kernel of the profile `nested`, which is built if it is not there; x86_64's boot
/// Debian's.
class InceptionIT {
  private static final String BUSYBOX = "localhost/busybox";
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration COMPILATION = Duration.ofMinutes(40);
  private static final Pattern BOOT_ID =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /// The word that it prints is nowhere in its text.
  private static final String INNERMOST =
      "a=INCEP; b=TION; echo $a$b; uname -r; cat /proc/sys/kernel/random/boot_id; nproc; exit 7";

  @TempDir Path dir;

  // Beforehand, because it may take longer than a test waits for a guest.
  @BeforeAll
  static void buildTheKernel() throws Exception {
    System.out.println("[tests] the kernel 'nested' for arm64: if it is not there, a quarter hour");
    Fcvm.Result build =
        fcvm(Arch.ARM64)
            .start("kernel", "build", "--profile", "nested", "--arch", "arm64")
            .await(COMPILATION);
    assertThat(build.exitCode()).as(build.err()).isZero();
  }

  private static Fcvm fcvm(Arch arch) {
    return new Fcvm(arch.debianName());
  }

  // A guest that is a hypervisor, until what it reads ends.
  private static Fcvm.Running outer(Arch arch, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("podman", "run", "-i", "--name", "outer", "--mem", "2g"));
    if (arch == Arch.ARM64) {
      arguments.addAll(List.of("--kernel-profile", "nested"));
    }
    arguments.addAll(List.of(more));
    return fcvm(arch).piped(arguments.toArray(String[]::new));
  }

  private static void end(Fcvm.Running outer) throws Exception {
    outer.process().getOutputStream().close();
    Fcvm.Result end = outer.await(PATIENCE);
    assertThat(end.exitCode()).as(end.err()).isZero();
    assertThat(end.out()).endsWith("over\n");
  }

  @ParameterizedTest
  @EnumSource
  void aGuestIsAHypervisorForItsSystemAndItsContainer(Arch arch) throws Exception {
    Fcvm fcvm = fcvm(arch);
    Path program = Files.write(dir.resolve("kvm"), KvmProgram.of(arch));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Fcvm.Running outer =
        outer(
            arch,
            "--nested",
            "--privileged",
            "-v",
            dir + ":/t:ro",
            BUSYBOX,
            "sh",
            "-c",
            "test -c /dev/kvm && /t/kvm; echo kvm=$?; cat; echo over");
    outer.awaitOutput("kvm=0\n", PATIENCE);
    Fcvm.Result container = fcvm.run("exec", "outer", "/t/kvm");
    assertThat(container.exitCode()).as(container.err()).isZero();

    Fcvm.Result system =
        fcvm.run(
            "exec",
            "--vm",
            "outer",
            "sh",
            "-c",
            "test -c /dev/kvm && cat /proc/sys/kernel/random/boot_id && dmesg");
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
    end(outer);
  }

  @Test
  @Tag("slow")
  void withoutVheToo() throws Exception {
    Fcvm.Running outer =
        outer(Arch.ARM64, "--nested=nvhe", BUSYBOX, "sh", "-c", "echo ready; cat; echo over");
    outer.awaitOutput("ready\n", PATIENCE);
    Fcvm fcvm = fcvm(Arch.ARM64);
    Fcvm.Result messages = fcvm.run("exec", "--vm", "outer", "dmesg");
    assertThat(messages.out()).contains("Hyp nVHE mode initialized successfully");
    Fcvm.Result inner =
        fcvm.run(
            "exec", "--vm", "outer", "fcvm", "podman", "run", "--cpus", "1", "--mem", "512",
            BUSYBOX, "sh", "-c", INNERMOST);
    assertThat(inner.exitCode()).as(inner.err()).isEqualTo(7);
    assertThat(inner.out()).startsWith("INCEPTION\n");
    end(outer);
  }

  @Test
  @Tag("slow") // what the first test has, in one command
  void oneCommandRunsAndShowsAllLevels() throws Exception {
    showsAllLevels(
        fcvm(Arch.ARM64).run("inception", "--json", "--", BUSYBOX, "sh", "-c", INNERMOST), "EL2");
  }

  @Test
  @Tag("slow")
  void withDebiansKernelToo() throws Exception {
    showsAllLevels(
        fcvm(Arch.AMD64)
            .run("inception", "--debian-kernel", "--json", "--", BUSYBOX, "sh", "-c", INNERMOST),
        "SVM");
  }

  private static void showsAllLevels(Fcvm.Result run, String privilege) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(7);
    assertThat(run.out())
        .contains("\"output\" : \"INCEPTION\\n")
        .contains("\"exitCode\" : 7")
        .contains("\"level\" : 0", "\"level\" : 1", "\"level\" : 2")
        .contains("\"privilege\" : \"" + privilege + "\"");
    List<String> ids =
        Pattern.compile("\"bootId\" : \"(" + BOOT_ID.pattern() + ")\"")
            .matcher(run.out())
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(ids).hasSize(3).doesNotHaveDuplicates();
    assertThat(run.out()).as("the container is in the last level").contains(ids.getLast() + "\\n");
  }

  @Test
  void anInterruptEndsAllLevels() throws Exception {
    Fcvm fcvm = fcvm(Arch.AMD64);
    assertThat(fcvm.run("machine", "start").exitCode()).isZero();
    Leftovers before = Leftovers.now(fcvm);
    Fcvm.Running run = fcvm.start("inception", "--debian-kernel", "--progress", "plain");
    run.awaitError("level 2: a container", PATIENCE);
    run.signal("INT");
    Fcvm.Result result = run.await(PATIENCE);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(130);
    assertThat(result.out()).isEmpty();
    before.check(fcvm);
  }
}
