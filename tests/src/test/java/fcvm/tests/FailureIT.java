package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fcvm.linux.Arch;
import fcvm.provision.Dirs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes wrong is said, with a remedy, and leaves nothing behind. None of it depends on the
/// architecture, so this computer's own is enough.
class FailureIT {
  private static final String BUSYBOX = "localhost/busybox";

  @TempDir Path dir;
  private Leftovers before;

  private static Fcvm fcvm() {
    return new Fcvm(Arch.current().debianName());
  }

  private static void assumeRoot() {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root, to take rights away");
  }

  @BeforeEach
  void look() throws Exception {
    assertThat(fcvm().run("machine", "start").exitCode()).isZero();
    before = Leftovers.now(fcvm());
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    before.check(fcvm());
  }

  @Test
  void badInputIsRefused() throws Exception {
    // One test: each ends with a look at the machine, which takes longer than all of them.
    String commands =
        """
        podman run --cpu 0 localhost/busybox      | --cpu
        podman run --cpu 33 localhost/busybox     | 1 to 32
        podman run --cpu many localhost/busybox   | many
        podman run --mem 1 localhost/busybox      | --mem
        podman run --mem lots localhost/busybox   | lots
        podman run --name a/b localhost/busybox   | a/b
        podman run --entrypiont x localhost/b     | --entrypoint
        podman run                                | IMAGE
        podman rum                                | run
        exec nosuch -- true                       | nosuch
        stop nosuch                               | nosuch
        vmm --config-file /no/such/file --no-api  | /no/such/file
        """;
    for (String line : commands.lines().toList()) {
      String[] parts = line.split("\\s*\\|\\s*", -1);
      Fcvm.Result result = fcvm().run(parts[0].split(" ", -1));
      assertThat(result.exitCode()).as(parts[0] + result.err()).isEqualTo(125);
      assertThat(result.err()).as(parts[0]).contains(parts[1]);
      assertThat(result.out()).as(parts[0]).isEmpty();
    }
  }

  @Test
  void withoutKvmDoctorSaysWhatToDo() throws Exception {
    assumeRoot();
    String hide =
        "mount -t tmpfs none /dev; mknod -m 666 /dev/null c 1 3; mknod -m 666 /dev/zero c"
            + " 1 5; mknod -m 666 /dev/urandom c 1 9; mknod -m 666 /dev/random c 1 8; exec \"$@\"";
    Fcvm hidden = fcvm().behind("unshare", "--mount", "sh", "-c", hide, "sh");
    assertThat(hidden.run("doctor", "--json").out()).contains("/dev/kvm").contains("\"remedy\"");
    Path config = Files.writeString(dir.resolve("vm.json"), config());
    Fcvm.Result vmm = hidden.run("vmm", "--config-file", config.toString(), "--no-api");
    assertThat(vmm.exitCode()).isNotZero();
    assertThat(vmm.err()).contains("/dev/kvm");
  }

  @Test
  void withoutPermissionItIsSaid() throws Exception {
    assumeRoot();
    String program = Fcvm.program().toString();
    Process probe =
        new ProcessBuilder(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "test",
                "-x",
                program)
            .start();
    assumeTrue(probe.waitFor() == 0, "the build is in a directory that only root may enter");
    Fcvm nobody = fcvm().behind("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    nobody.with("FCVM_DATA_DIR", "/root/nobody").with("HOME", "/nonexistent");
    Fcvm.Result result = nobody.run("podman", "run", BUSYBOX, "true");
    assertThat(result.exitCode()).isEqualTo(125);
    assertThat(result.err()).contains("FCVM_DATA_DIR");
  }

  private static String config() {
    return "{\"boot-source\": {\"kernel_image_path\": \"" + artifact("kernel-") + "/vmlinuz\"}}";
  }

  @Test
  void aFullDiskIsSaidAndSetupLeavesNothingHalf() throws Exception {
    assumeRoot();
    Path data = Files.createDirectory(dir.resolve("full"));
    String mount =
        "mount -t tmpfs -o size=16m none "
            + data
            + " && \"$@\"; code=$?; ls "
            + data
            + "; exit $code";
    Fcvm.Result result =
        fcvm()
            .behind("unshare", "--mount", "sh", "-c", mount, "sh")
            .with("FCVM_DATA_DIR", data.toString())
            .run("setup");
    assertThat(result.exitCode()).isEqualTo(125);
    assertThat(result.err()).containsIgnoringCase("MiB").contains("FCVM_DATA_DIR");
    assertThat(result.out().lines()).doesNotContain("kernel", "rootfs", "tools").hasSizeLessThan(5);
  }

  @Test
  void theContainerSeesAFullDiskAndLivesOn() throws Exception {
    String script =
        "fallocate -l 100G /big 2>&1; echo code $?; rm -f /big; echo small > /small; cat /small";
    Fcvm.Result result = fcvm().run("podman", "run", BUSYBOX, "sh", "-c", script);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).containsIgnoringCase("no space").contains("code 1\nsmall\n");
  }

  @Test
  void notExecutableIs126AndNotFound127() throws Exception {
    assertThat(fcvm().run("podman", "run", BUSYBOX, "/etc").exitCode()).isEqualTo(126);
    assertThat(fcvm().run("podman", "run", BUSYBOX, "nosuch").exitCode()).isEqualTo(127);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aCorruptPartEndsTheRun(int part) throws Exception {
    List<String> parts =
        new ArrayList<>(
            List.of(
                there("kernel-") + "/vmlinuz", there("initrd-"), there("rootfs-"), there("disk-")));
    parts.set(part, "/tmp/corrupt");
    String files = String.join(":", parts);
    String script =
        "head -c 1000000 /dev/urandom > /tmp/corrupt; FCVM_GUEST_FILES=pci:"
            + files
            + " /mnt/fcvm/dist/bin/fcvm podman run localhost/busybox true; code=$?;"
            + " rm /tmp/corrupt; exit $code";
    Fcvm.Result result = fcvm().run("machine", "exec", "--", "sh", "-c", script);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(125);
    assertThat(result.err()).contains(part == 0 ? "/tmp/corrupt" : "console");
  }

  @Test
  void outputThatCannotBeWrittenEndsTheRun() throws Exception {
    String full = "exec \"$@\" > /dev/full";
    Fcvm.Result result =
        fcvm().behind("sh", "-c", full, "sh").run("podman", "run", BUSYBOX, "echo", "hello");
    assertThat(result.exitCode()).as(result.err()).isEqualTo(125);
    assertThat(result.err()).containsIgnoringCase("no space");
  }

  private static String there(String kind) {
    return "/mnt/fcvm/data/" + artifact(kind).getFileName();
  }

  // The newest of a kind; plain initrds are another kind.
  private static Path artifact(String kind) {
    try (Stream<Path> files = Files.list(Dirs.ofProcess().data())) {
      String arch = kind.equals("disk-") ? "" : Arch.current().debianName();
      return files
          .filter(file -> file.getFileName().toString().startsWith(kind + arch))
          .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
          .orElseThrow();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
