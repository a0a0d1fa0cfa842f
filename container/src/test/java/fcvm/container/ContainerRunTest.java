package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.agent.protocol.Event;
import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.RunPlan;
import fcvm.agent.protocol.WindowSize;
import fcvm.container.net.NetworkOptions;
import fcvm.container.net.Passt;
import fcvm.vmm.BootException;
import fcvm.vmm.Nesting;
import fcvm.vmm.VmExit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ContainerRunTest {
  private static final int SIGTERM = 15;

  @TempDir Path dir;
  private VmStore store;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Timings timings = new Timings(0, "parse");
  private Path disk;
  private boolean interactive;
  private Optional<String> name = Optional.of("web");

  @BeforeEach
  void makeStore() throws IOException {
    store = new VmStore(dir.resolve("state"), dir.resolve("run"), _ -> {});
    disk = Files.writeString(dir.resolve("blank"), "disk");
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(store.list()).isEmpty();
    for (Path place : List.of(dir.resolve("state"), dir.resolve("run"))) {
      try (Stream<Path> left = Files.list(place)) {
        assertThat(left.map(path -> path.getFileName().toString()))
            .isSubsetOf(".lock", "events", "last-failure.console.log");
      }
    }
  }

  private ContainerRun run(Guest.Boot boot) {
    return run(boot, out, InputStream.nullInputStream());
  }

  private ContainerRun run(Guest.Boot boot, OutputStream output, InputStream input) {
    RunOptions options =
        new RunOptions(
            "img",
            List.of(new byte[] {(byte) 0xff, 'a'}),
            name,
            1,
            512,
            List.of("A=1".getBytes(StandardCharsets.UTF_8)),
            Optional.empty(),
            Optional.of("1:2"),
            Optional.empty(),
            PidMode.PRIVATE,
            "",
            interactive,
            false,
            List.of(),
            NetworkOptions.NONE,
            KernelChoice.USUAL,
            Nesting.OFF,
            false);
    return new ContainerRun(
        options,
        WindowSize.UNKNOWN,
        new GuestFiles(disk, disk, disk, disk, false, Optional.empty()),
        Optional.empty(),
        Passt.missing(),
        RunScope.once(options, store),
        new RunStreams(input, output, err, OutputStream.nullOutputStream(), () -> {}),
        timings,
        boot);
  }

  @Test
  void theContainersOutputAndExitCodeComeBack() throws Exception {
    AtomicReference<RunPlan> got = new AtomicReference<>();
    Guest.Boot boot =
        FakeGuest.booting((plan, _, to) -> {
          got.set(plan);
          to.write(FrameType.STDOUT, new byte[] {0, (byte) 0xff}, 0, 2);
          to.write(FrameType.STDERR, new byte[] {'e'}, 0, 1);
          FakeGuest.exit(to, 7);
          return new VmExit.PowerOff();
        });
    assertThat(run(boot).run()).isEqualTo(7);
    assertThat(out.toByteArray()).containsExactly(0, 0xff);
    assertThat(err.toByteArray()).containsExactly('e');
    assertThat(got.get().name()).isEqualTo("web");
    assertThat(got.get().hostname()).isEqualTo("web");
    assertThat(got.get().command()).containsExactly(new byte[] {(byte) 0xff, 'a'});
    assertThat(texts(got.get().podmanArguments()))
        .containsExactly("--pid=private", "--pull=never", "--env", "A=1", "--user", "1:2");
    assertThat(timings.millis()).containsKeys("vm_assembly", "kernel_boot", "plan");
  }

  @Test
  void whatWasOnItsWayWhenTheGuestEndedStillArrives() throws Exception {
    byte[] much = new byte[60_000];
    Guest.Boot boot =
        FakeGuest.booting((_, _, to) -> {
          for (int i = 0; i < 50; i++) {
            to.write(FrameType.STDOUT, much, 0, much.length);
          }
          FakeGuest.exit(to, 0);
          return new VmExit.PowerOff();
        });
    assertThat(run(boot).run()).isZero();
    assertThat(out.size()).isEqualTo(50 * much.length);
  }

  @Test
  void inputGoesToTheContainer() throws Exception {
    interactive = true;
    List<String> got = new ArrayList<>();
    Guest.Boot boot =
        FakeGuest.booting((_, in, to) -> {
          to.write(Frame.number(FrameType.WINDOW, 65536));
          Frame frame;
          while ((frame = in.read()) != null && frame.type() != FrameType.STDIN_EOF) {
            got.add(new String(frame.payload(), StandardCharsets.UTF_8));
          }
          FakeGuest.exit(to, 0);
          return new VmExit.PowerOff();
        });
    InputStream input = new ByteArrayInputStream("abc".getBytes(StandardCharsets.UTF_8));
    assertThat(run(boot, out, input).run()).isZero();
    assertThat(String.join("", got)).isEqualTo("abc");
  }

  @Test
  void aCrashIsSaidAndItsConsoleKept() {
    assertThatThrownBy(() -> run(FakeGuest.ending(new VmExit.Crash("triple fault"))).run())
        .isInstanceOfSatisfying(
            ContainerException.class, e -> assertThat(e.exitCode()).isEqualTo(125))
        .hasMessageContaining("triple fault")
        .hasMessageContaining("last-failure.console.log");
    assertThat(dir.resolve("state/last-failure.console.log")).hasContent("Kernel panic");
  }

  @Test
  void aCrashWhileTheContainerRunsIsSaid() {
    Guest.Boot boot = FakeGuest.booting((_, _, _) -> new VmExit.Reboot());
    assertThatThrownBy(() -> run(boot).run()).hasMessageContaining("its kernel panicked");
  }

  @Test
  void aKernelThatIsNoneIsSaid() {
    Guest.Boot boot =
        (_, _) -> {
          throw new BootException("/k is neither ELF nor bzImage");
        };
    assertThatThrownBy(() -> run(boot).run())
        .isInstanceOf(ContainerException.class)
        .hasMessage("/k is neither ELF nor bzImage");
  }

  @Test
  void aDiskThatCannotBeMadeIsSaid() {
    disk = dir.resolve("missing");
    assertThatThrownBy(() -> run(FakeGuest.hanging(() -> {})).run())
        .hasMessageContaining("cannot make the VM's disk")
        .hasMessageContaining("FCVM_STATE_DIR");
  }

  @Test
  void aNameInUseIsSaid() throws Exception {
    try (VmFiles _ = store.create(Optional.of("web"), "img", 1, 512)) {
      assertThatThrownBy(() -> run(FakeGuest.hanging(() -> {})).run())
          .hasMessageContaining("\"web\" is already in use");
    }
  }

  @Test
  void aSignalBeforeTheContainerEndsTheRun() throws Exception {
    AtomicReference<ContainerRun> self = new AtomicReference<>();
    ContainerRun run = run(FakeGuest.hanging(() -> self.get().signal(SIGTERM)));
    self.set(run);
    assertThat(run.run()).isEqualTo(128 + SIGTERM);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void aSignalGoesToTheContainerAndItsCodeComesBack() throws Exception {
    AtomicReference<ContainerRun> self = new AtomicReference<>();
    Guest.Boot boot =
        FakeGuest.booting((_, in, to) -> {
          to.write(Event.now("system-ready").frame());
          to.write(FrameType.STDOUT, new byte[] {'x'}, 0, 1);
          Frame signal = in.read();
          FakeGuest.exit(to, signal.number() + 1);
          return new VmExit.PowerOff();
        });
    OutputStream signalling =
        new OutputStream() {
          @Override
          public void write(int b) {
            self.get().signal(SIGTERM);
          }
        };
    ContainerRun run = run(boot, signalling, InputStream.nullInputStream());
    self.set(run);
    assertThat(run.run()).isEqualTo(SIGTERM + 1);
  }

  @Test
  void aSecondSignalEndsTheVm() throws Exception {
    AtomicReference<ContainerRun> self = new AtomicReference<>();
    Guest.Boot boot =
        FakeGuest.booting((_, in, to) -> {
          to.write(Event.now("system-ready").frame());
          to.write(FrameType.STDOUT, new byte[] {'x'}, 0, 1);
          while (in.read() != null) {
            // deaf to signals
          }
          return new VmExit.Stopped();
        });
    OutputStream signalling =
        new OutputStream() {
          @Override
          public void write(int b) {
            self.get().signal(SIGTERM);
            self.get().signal(SIGTERM);
          }
        };
    ContainerRun run = run(boot, signalling, InputStream.nullInputStream());
    self.set(run);
    assertThat(run.run()).isEqualTo(128 + SIGTERM);
  }

  @Test
  void aReaderThatWentAwayEndsTheRunAsSigpipeWould() throws Exception {
    Guest.Boot boot =
        FakeGuest.booting((_, in, to) -> {
          to.write(FrameType.STDOUT, new byte[] {'x'}, 0, 1);
          while (in.read() != null) {
            // until the host is gone
          }
          return new VmExit.Stopped();
        });
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertThat(run(boot, gone, InputStream.nullInputStream()).run()).isEqualTo(141);
  }

  private static List<String> texts(List<byte[]> raw) {
    return raw.stream().map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1)).toList();
  }
}
