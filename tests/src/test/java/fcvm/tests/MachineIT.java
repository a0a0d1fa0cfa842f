package fcvm.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.WindowSize;
import fcvm.linux.Arch;
import fcvm.machine.Machine;
import fcvm.machine.MachineException;
import fcvm.machine.MachineSession;
import fcvm.machine.MachineStatus;
import fcvm.provision.Dirs;
import fcvm.provision.Progress;
import fcvm.provision.Provision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The emulated machine of each architecture: commands in it, a crash, a stop. It starts anew for
/// this, so whoever uses one while the tests run loses it.
@ParameterizedClass
@EnumSource
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(900)
class MachineIT {
  private static final WindowSize SIZE = new WindowSize(33, 77);

  @Parameter Arch arch;
  private Machine machine;

  @BeforeParameterizedClassInvocation
  void start() throws Exception {
    Dirs dirs = Dirs.ofProcess();
    Progress lines =
        what -> {
          System.out.println("[tests] " + what);
          return Progress.Step.SILENT;
        };
    machine = new Machine(arch, new Provision(dirs, lines), dirs);
    machine.stop(lines);
    machine.start(lines);
  }

  private static ExecRequest request(boolean interactive, boolean tty, String... argv) {
    return new ExecRequest(
        ExecRequest.Target.SYSTEM,
        Arrays.stream(argv).map(word -> word.getBytes(UTF_8)).toList(),
        List.of(),
        new byte[0],
        "",
        interactive,
        tty,
        SIZE);
  }

  private record Outcome(int code, String stdout, String stderr) {}

  private Outcome run(String... argv) throws Exception {
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    InputStream nothing = InputStream.nullInputStream();
    int code = machine.exec(request(false, false, argv), nothing, stdout, stderr);
    return new Outcome(code, stdout.toString(UTF_8), stderr.toString(UTF_8));
  }

  private Outcome shell(String script) throws Exception {
    return run("sh", "-c", script);
  }

  @Test
  @Order(1)
  void startingOneThatIsUpIsNoError() throws Exception {
    MachineStatus before = machine.status();
    machine.start(Progress.SILENT);
    assertThat(machine.status()).isEqualTo(before).isInstanceOf(MachineStatus.Running.class);
  }

  @Test
  @Order(1)
  void commandsEndAsTheyDoInAShell() throws Exception {
    assertThat(shell("echo out; echo err >&2; exit 7")).isEqualTo(new Outcome(7, "out\n", "err\n"));
    assertThat(shell("kill -9 $$").code()).isEqualTo(137);
    assertThat(run("nosuch").code()).isEqualTo(127);
    assertThat(run("/etc/passwd").code()).isEqualTo(126);
  }

  @Test
  @Order(1)
  void itIsOfItsArchitectureAndHasKvmAndWhatIsShared() throws Exception {
    assertThat(shell("uname -m").stdout().strip()).isEqualTo(machine.arch().kernelName());
    Outcome outcome = shell("test -c /dev/kvm && ls $FCVM_DATA_DIR /mnt/fcvm/dist/bin/fcvm");
    assertThat(outcome.code()).as(outcome.stderr()).isZero();
    assertThat(outcome.stdout()).contains("/mnt/fcvm/dist/bin/fcvm").contains("machines");
    assertThat(shell("echo x > $FCVM_DATA_DIR/x").code()).as("data is read-only").isNotZero();
    assertThat(shell("echo $FCVM_IN_MACHINE $FCVM_STATE_DIR").stdout())
        .isEqualTo("1 /var/lib/fcvm\n");
  }

  @Test
  @Order(1)
  void nestedVirtualizationIsOn() throws Exception {
    String sign =
        switch (machine.arch()) {
          case AMD64 -> "cat /sys/module/kvm_amd/parameters/nested";
          case ARM64 -> "dmesg | grep -c NV2";
        };
    assertThat(shell(sign).stdout().strip()).isEqualTo("1");
  }

  /// QEMU forgets what state its first processor is in, if guests run there (docs/machine.md).
  @Test
  @Order(1)
  void noProgramRunsOnTheFirstProcessorOfAnEmulatedSvm() throws Exception {
    String allowed = "grep -h Cpus_allowed_list /proc/1/task/*/status /proc/self/status | sort -u";
    String present = shell("cat /sys/devices/system/cpu/present").stdout().strip();
    String expected =
        switch (machine.arch()) {
          case AMD64 -> present.replaceFirst("^0", "1");
          case ARM64 -> present;
        };
    assertThat(shell(allowed).stdout()).isEqualTo("Cpus_allowed_list:\t" + expected + "\n");
  }

  @Test
  @Order(1)
  void bytesGoThroughUnchanged() throws Exception {
    byte[] bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    ByteArrayOutputStream back = new ByteArrayOutputStream();
    int code =
        machine.exec(
            request(true, false, "cat"),
            new ByteArrayInputStream(bytes),
            back,
            OutputStream.nullOutputStream());
    assertThat(code).isZero();
    assertThat(back.toByteArray()).isEqualTo(bytes);
  }

  @Test
  @Order(1)
  void aTerminalHasItsSizeAndTakesSignals() throws Exception {
    ByteArrayOutputStream screen = new ByteArrayOutputStream();
    try (PipedOutputStream keys = new PipedOutputStream();
        InputStream stdin = new PipedInputStream(keys);
        MachineSession session = machine.open(request(true, true, "sh"), stdin, screen, screen)) {
      Future<Integer> code = inBackground(session::await);
      type(keys, "stty size\n");
      awaitText(screen, "33 77");
      session.resize(new WindowSize(40, 100));
      type(keys, "stty size; sleep 1000\n");
      awaitText(screen, "40 100");
      type(keys, "\u0003");
      type(keys, "echo and $((40 + 2)); exit 5\n");
      awaitText(screen, "and 42");
      assertThat(code.get()).isEqualTo(5);
    }
  }

  @Test
  @Order(1)
  void aSignalReachesTheCommand() throws Exception {
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    String script = "trap 'echo got it; exit 3' TERM; echo ready; while :; do sleep 0.1; done";
    try (MachineSession session =
        machine.open(
            request(false, false, "sh", "-c", script),
            InputStream.nullInputStream(),
            stdout,
            stdout)) {
      Future<Integer> code = inBackground(session::await);
      awaitText(stdout, "ready");
      session.signal(15);
      assertThat(code.get()).isEqualTo(3);
      assertThat(stdout.toString(UTF_8)).contains("got it");
    }
  }

  @Test
  @Order(1)
  void aClientThatGoesTakesItsCommandWithIt() throws Exception {
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    Future<Integer> code;
    try (MachineSession session =
        machine.open(
            request(false, false, "sh", "-c", "echo begun; sleep 4242"),
            InputStream.nullInputStream(),
            stdout,
            stdout)) {
      code = inBackground(session::await);
      awaitText(stdout, "begun");
    }
    assertThatThrownBy(code::get).hasCauseInstanceOf(java.io.IOException.class);
    String look = "for i in $(seq 100); do ps | grep -q '[s]leep 4242' || exit 0; sleep 0.1; done";
    assertThat(shell(look + "; exit 1").code()).isZero();
  }

  @Test
  @Order(2)
  void manyCommandsAtATimeAndOneAfterAnother() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String script = "echo " + i + "; exit " + i;
        outcomes.add(threads.submit(() -> shell(script)));
      }
      for (int i = 0; i < outcomes.size(); i++) {
        assertThat(outcomes.get(i).get()).isEqualTo(new Outcome(i, i + "\n", ""));
      }
    }
    int before = filesAndThreadsOfTheAgent();
    for (int i = 0; i < 100; i++) {
      assertThat(run("sh", "-c", ":").code()).isZero();
    }
    // Others of its threads come and go; one thing left by each command would be a hundred.
    assertThat(filesAndThreadsOfTheAgent() - before).isLessThan(50);
  }

  private int filesAndThreadsOfTheAgent() throws Exception {
    return Integer.parseInt(shell("ls /proc/1/fd /proc/1/task | wc -l").stdout().strip());
  }

  @Test
  @Order(3)
  void aCrashIsNoticedSaidAndRepaired() throws Exception {
    MachineStatus.Running running = (MachineStatus.Running) machine.status();
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    try (MachineSession session =
        machine.open(
            request(false, false, "sh", "-c", "echo begun; sleep 4242"),
            InputStream.nullInputStream(),
            stdout,
            stdout)) {
      Future<Integer> code = inBackground(session::await);
      awaitText(stdout, "begun");
      ProcessHandle.of(running.pid()).orElseThrow().destroyForcibly();
      assertThatThrownBy(code::get)
          .hasCauseInstanceOf(MachineException.class)
          .hasMessageContaining("crashed");
    }
    assertThat(machine.status()).isInstanceOf(MachineStatus.Crashed.class);
    assertThatThrownBy(() -> shell("true")).hasMessageContaining("crashed");
    List<String> said = new ArrayList<>();
    machine.start(what -> {
      said.add(what);
      return Progress.Step.SILENT;
    });
    assertThat(said).anyMatch(what -> what.contains("had crashed"));
    assertThat(shell("exit 9").code()).isEqualTo(9);
  }

  @Test
  @Order(4)
  void itsDiskOutlivesAStopAndNothingElseDoes() throws Exception {
    assertThat(shell("echo kept > /var/lib/fcvm/kept").code()).isZero();
    machine.stop(Progress.SILENT);
    assertThat(machine.status()).isInstanceOf(MachineStatus.Stopped.class);
    try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
      String directory = machine.consoleLog().getParent().toString();
      assertThat(processes.map(process -> process.info().commandLine().orElse("")))
          .noneMatch(line -> line.contains("qemu-system") && line.contains(directory));
    }
    assertThatThrownBy(() -> shell("true")).hasMessageContaining("not running");
    machine.start(Progress.SILENT);
    assertThat(shell("cat /var/lib/fcvm/kept; rm /var/lib/fcvm/kept").stdout()).isEqualTo("kept\n");
  }

  private static <T> Future<T> inBackground(Callable<T> task) {
    var executor = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    try {
      return executor.submit(task);
    } finally {
      executor.shutdown();
    }
  }

  private static void type(OutputStream keys, String text) throws Exception {
    keys.write(text.getBytes(UTF_8));
    keys.flush();
  }

  // Bounded by the class's timeout.
  private static void awaitText(ByteArrayOutputStream screen, String text) throws Exception {
    while (!screen.toString(UTF_8).contains(text)) {
      Thread.sleep(20);
    }
  }
}
