package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Arch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A container on a terminal: its size, its change of size, Ctrl-C as a key; the same for `exec`.
class TerminalIT {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path dir;

  private static Fcvm fcvm() {
    return new Fcvm(Arch.current().debianName());
  }

  @Test
  void aShellIsAsOnTheComputerItself() throws Exception {
    assertThat(fcvm().run("machine", "start").exitCode()).isZero();
    Path tty = dir.resolve("tty");
    Fcvm.Running run =
        fcvm()
            .onTerminal(
                "rows 33 cols 77",
                tty,
                "podman",
                "run",
                "-it",
                "--name",
                "screen",
                "localhost/busybox",
                "sh");
    run.awaitOutput("/ #", PATIENCE);
    run.type("stty size; test -t 0 && test -t 1 && echo both-$((40 + 2))\n");
    run.awaitOutput("33 77", PATIENCE);
    run.awaitOutput("both-42", PATIENCE);

    resize(tty, "rows", "40", "cols", "100");
    run.type("sleep 1; stty size; sleep 1000\n");
    run.awaitOutput("40 100", PATIENCE);
    run.type("\u0003");
    run.type("echo after-$?\n");
    run.awaitOutput("after-130", PATIENCE);

    Path other = dir.resolve("other");
    Fcvm.Running exec =
        fcvm().onTerminal("rows 20 cols 50", other, "exec", "-it", "screen", "--", "sh");
    exec.awaitOutput("/ #", PATIENCE);
    exec.type("stty size\n");
    exec.awaitOutput("20 50", PATIENCE);
    resize(other, "rows", "21", "cols", "51");
    exec.type("sleep 1; stty size; exit 6\n");
    exec.awaitOutput("21 51", PATIENCE);
    assertThat(exec.await(PATIENCE).exitCode()).isEqualTo(6);

    run.type("exit 5\n");
    assertThat(run.await(PATIENCE).exitCode()).isEqualTo(5);
  }

  private static void resize(Path nameOfTerminal, String... size) throws Exception {
    String terminal = Files.readString(nameOfTerminal).strip();
    String[] command = {"stty", "-F", terminal, size[0], size[1], size[2], size[3]};
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
