package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `fcvm podman run` and its companions in the emulated machine: of each architecture where it
/// matters.
class RunIT {
  private static final String BUSYBOX = "localhost/busybox";

  @TempDir Path dir;
  private Fcvm fcvm = new Fcvm(Fcvm.EITHER);

  private String running() throws Exception {
    return fcvm.run("ls", "--json").out().replaceAll("\\s", "");
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    assertThat(running()).isEqualTo("[]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "arm64"})
  void isAMicroVmOfTheSizeAskedFor(String arch) throws Exception {
    fcvm = new Fcvm(arch);
    String script =
        "uname -m; nproc; grep MemTotal /proc/meminfo; cat /sys/class/net/eth0/operstate;"
            + " echo err >&2; exit 7";
    Fcvm.Result result =
        fcvm.run("podman", "run", "--cpu", "2", "--mem", "768", BUSYBOX, "sh", "-c", script);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(7);
    List<String> lines = result.out().lines().toList();
    assertThat(lines).as("what the container prints, and nothing else").hasSize(4);
    assertThat(result.out()).as("to the byte").isEqualTo(String.join("\n", lines) + "\n");
    assertThat(lines.get(0)).isEqualTo(arch.equals("arm64") ? "aarch64" : "x86_64");
    assertThat(lines.get(1)).isEqualTo("2");
    long kib = Long.parseLong(lines.get(2).replaceAll("\\D", ""));
    assertThat(kib).isBetween(600L * 1024, 768L * 1024);
    assertThat(lines.get(3)).isEqualTo("up");
    assertThat(result.err()).contains("err\n");
  }

  @Test
  void inputAndAHundredMegabytesOfOutputArriveByteForByte() throws Exception {
    byte[] bytes = {'a', 0, 'b', (byte) 0xff, '\r', '\n', (byte) 0x80};
    Path file = Files.write(dir.resolve("stdin"), bytes);
    String script =
        "cat > /tmp/x; head -c 104857600 /dev/urandom >> /tmp/x; cat /tmp/x; sha256sum /tmp/x >&2";
    Fcvm.Result result = fcvm.run(file, "podman", "run", "-i", BUSYBOX, "sh", "-c", script);
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.stdout()).hasSize(bytes.length + 104_857_600).startsWith(bytes);
    String sum =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(result.stdout()));
    assertThat(result.err()).contains(sum);
  }

  @Test
  void execLsAndStopReachARunningContainer() throws Exception {
    Fcvm.Running vm =
        fcvm.start(
            "podman",
            "run",
            "--name",
            "longlived",
            BUSYBOX,
            "sh",
            "-c",
            "echo ready; exec sleep 1000");
    vm.awaitOutput("ready", Duration.ofMinutes(5));

    assertThat(fcvm.run("ls", "--json").out()).contains("\"longlived\"");
    Fcvm.Result twin = fcvm.run("podman", "run", "--name", "longlived", BUSYBOX, "true");
    assertThat(twin.exitCode()).isEqualTo(125);
    assertThat(twin.err()).contains("longlived");

    Fcvm.Result inContainer =
        fcvm.run("exec", "longlived", "--", "sh", "-c", "cat /proc/self/comm; exit 9");
    assertThat(inContainer.out()).isEqualTo("cat\n");
    assertThat(inContainer.exitCode()).isEqualTo(9);
    Fcvm.Result inVm =
        fcvm.run("exec", "--vm", "longlived", "--", "podman", "ps", "--format", "{{.Image}}");
    assertThat(inVm.out()).contains("localhost/busybox");

    Path file = Files.write(dir.resolve("stdin"), "x\0y".getBytes(StandardCharsets.UTF_8));
    assertThat(fcvm.run(file, "exec", "-i", "longlived", "--", "cat").out()).isEqualTo("x\0y");

    assertThat(fcvm.run("stop", "longlived").exitCode()).isZero();
    assertThat(vm.await(Duration.ofMinutes(2)).exitCode()).isNotZero();
  }

  @Test
  void killedMonitorLeavesNothing() throws Exception {
    Fcvm.Running vm =
        fcvm.start("podman", "run", BUSYBOX, "sh", "-c", "echo ready; exec sleep 1000");
    vm.awaitOutput("ready", Duration.ofMinutes(5));
    vm.process().destroyForcibly();
    assertThat(vm.await(Duration.ofMinutes(1)).exitCode()).isEqualTo(137);
    // The machine notices the broken connection by itself; the next command finds nothing.
    for (int i = 0; i < 30 && !running().equals("[]"); i++) {
      Thread.sleep(200);
    }
  }

  @Test
  void termSignalEndsTheContainerInOrder() throws Exception {
    Fcvm.Running vm =
        fcvm.start(
            "podman",
            "run",
            BUSYBOX,
            "sh",
            "-c",
            "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.2; done");
    vm.awaitOutput("ready", Duration.ofMinutes(5));
    vm.process().toHandle().destroy(); // Process.destroy would close our ends of its streams
    Fcvm.Result result = vm.await(Duration.ofMinutes(2));
    assertThat(result.out()).isEqualTo("ready\nbye\n");
    assertThat(result.exitCode()).isEqualTo(3);
  }
}
