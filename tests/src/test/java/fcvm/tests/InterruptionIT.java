package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Signals at each phase of a run, and readers that go away. What takes a signal does not depend on
/// the architecture, so one is enough.
class InterruptionIT {
  private static final String BUSYBOX = "localhost/busybox";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path dir;
  private Leftovers before;

  private static Fcvm fcvm() {
    return new Fcvm(Fcvm.EITHER);
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
  void duringSetup() throws Exception {
    Path data = dir.resolve("data");
    Fcvm.Running setup =
        fcvm().with("FCVM_DATA_DIR", data.toString()).start("setup", "--progress", "plain");
    setup.awaitError("fcvm: downloading", PATIENCE);
    setup.signal("INT");
    Fcvm.Result result = setup.await(PATIENCE);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(130);
    try (Stream<Path> files = Files.list(data)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("no artifact is half there")
          .allMatch(name -> List.of("apt", "locks", "vms", "machines").contains(name));
    }
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      assertThat(all.flatMap(process -> process.info().commandLine().stream()))
          .noneMatch(line -> line.contains(data.toString()));
    }
  }

  @Test
  void whileTheMicroVmBoots() throws Exception {
    for (String signal : List.of("INT", "TERM", "HUP")) {
      Fcvm.Running run = fcvm().start("podman", "run", BUSYBOX, "echo", "never");
      awaitListed();
      run.signal(signal);
      Fcvm.Result result = run.await(PATIENCE);
      int number = List.of("HUP", "INT").indexOf(signal) + 1;
      assertThat(result.exitCode()).as(result.err()).isEqualTo(128 + (number == 0 ? 15 : number));
      assertThat(result.out()).isEmpty();
    }
  }

  @Test
  void ctrlCTypedWhileItBoots() throws Exception {
    Fcvm.Running run =
        fcvm().onTerminal("rows 24", dir.resolve("tty"), "podman", "run", "-it", BUSYBOX, "sh");
    awaitListed();
    run.type("\u0003");
    Fcvm.Result result = run.await(PATIENCE);
    assertThat(result.exitCode()).as(result.out()).isEqualTo(130);
  }

  @Test
  void killedWhileItBoots() throws Exception {
    Fcvm.Running run = fcvm().start("podman", "run", BUSYBOX, "echo", "never");
    awaitListed();
    run.signal("KILL");
    assertThat(run.await(PATIENCE).exitCode()).isEqualTo(137);
    awaitNoneListed();
  }

  @Test
  void whileTheMachineStarts() throws Exception {
    assertThat(fcvm().run("machine", "stop").exitCode()).isZero();
    Fcvm.Running start = fcvm().start("machine", "start", "--progress", "plain");
    start.awaitError("starting the emulated", PATIENCE);
    start.signal("INT");
    assertThat(start.await(PATIENCE).exitCode()).isEqualTo(130);
    String files = "/machines/" + Fcvm.EITHER + "/";
    for (int i = 0;
        i < 50 && Leftovers.running().stream().anyMatch(one -> one.contains(files));
        i++) {
      Thread.sleep(100); // they are killed, and die in their own time
    }
    assertThat(Leftovers.running()).noneMatch(one -> one.contains(files));
    assertThat(fcvm().run("machine", "list").out()).contains("stopped");
    assertThat(fcvm().run("machine", "start").exitCode()).isZero();
  }

  // The VM is listed as soon as it has a directory, seconds before its kernel has started.
  private static void awaitListed() throws Exception {
    for (int i = 0; i < 600; i++) {
      if (fcvm().run("ls", "--json").out().contains("busybox")) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("the VM is not listed");
  }

  private static void awaitNoneListed() throws Exception {
    for (int i = 0; i < 100 && fcvm().run("ls", "--json").out().contains("busybox"); i++) {
      Thread.sleep(100);
    }
  }

  @Test
  void aContainerThatIgnoresItIsEndedByTheSecond() throws Exception {
    String script = "trap '' TERM INT; echo ready; while :; do sleep 0.2; done";
    Fcvm.Running run = fcvm().start("podman", "run", BUSYBOX, "sh", "-c", script);
    run.awaitOutput("ready", PATIENCE);
    run.signal("TERM");
    Thread.sleep(500); // two at once are one to a process
    run.signal("TERM");
    Fcvm.Result result = run.await(PATIENCE);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(143);
    assertThat(result.out()).isEqualTo("ready\n");
  }

  @Test
  void aReaderThatGoesAwayEndsTheRun() throws Exception {
    Fcvm.Running run = fcvm().start("podman", "run", BUSYBOX, "yes");
    run.process().getInputStream().close();
    Fcvm.Result result = run.await(PATIENCE);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(141);
  }
}
