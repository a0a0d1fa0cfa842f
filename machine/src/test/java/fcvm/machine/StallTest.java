package fcvm.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Arch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StallTest {
  @TempDir Path directory;
  private MachinePaths paths;

  @BeforeEach
  void make() throws Exception {
    paths = new MachinePaths(directory.resolve("m"));
    paths.make();
    Files.writeString(paths.console(), "all is well\nrcu: INFO: rcu_sched self-detected stall\n");
  }

  @Test
  void saysWhatTheConsoleAndTheProcessorsTell() throws Exception {
    try (FakeMachine qemu = new FakeMachine(paths.qmp())) {
      Thread monitor = Thread.ofPlatform().start(() -> answer(qemu));
      MachineException told = new Stall(Arch.AMD64, paths).describe(late());
      monitor.join();
      assertThat(told)
          .hasMessageStartingWith("no answer within 120 s")
          .hasMessageContaining("self-detected stall")
          .hasMessageContaining(paths.processors().toString())
          .hasMessageContaining("fcvm machine stop --arch amd64");
    }
    assertThat(paths.processors()).hasContent("VM status: running\nCPU#0 RIP=42\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(paths.processors())))
        .isEqualTo("rw-------");
  }

  @Test
  void withoutAMonitorTheConsoleIsEnough() {
    assertThat(new Stall(Arch.ARM64, paths).describe(late()))
        .hasMessageContaining("self-detected stall")
        .hasMessageContaining("not known");
    assertThat(paths.processors()).doesNotExist();
  }

  private static IOException late() {
    return new SocketTimeoutException("no answer within 120 s");
  }

  // QEMU's side: a greeting, then an answer to each line.
  private static void answer(FakeMachine qemu) {
    try (SocketChannel client = qemu.accept()) {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(Channels.newInputStream(client), UTF_8));
      OutputStream out = Channels.newOutputStream(client);
      out.write("{\"QMP\": {}}\n".getBytes(UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String result =
            line.contains("info status")
                ? "\"VM status: running\\n\""
                : line.contains("info registers -a") ? "\"CPU#0 RIP=42\\n\"" : "\"\"";
        out.write(("{\"return\": " + result + "}\n").getBytes(UTF_8));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
