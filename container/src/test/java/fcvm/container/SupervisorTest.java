package fcvm.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.agent.protocol.Event;
import fcvm.agent.protocol.ExecSession;
import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.FrameWriter;
import fcvm.container.VmRecord.Status;
import fcvm.container.life.LogReader;
import fcvm.container.life.LogRecord;
import fcvm.container.life.LogWriter;
import fcvm.container.life.RestartPolicy;
import fcvm.container.life.Terms;
import fcvm.container.net.NetworkOptions;
import fcvm.container.net.Passt;
import fcvm.vmm.Nesting;
import fcvm.vmm.VmExit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SupervisorTest {
  private static final int SIGTERM = 15;
  private static final int SIGINT = 2;
  private static final int STOPPED = 42;

  @TempDir Path dir;
  private VmStore store;
  private Path disk;
  private boolean remove;
  private RestartPolicy restart = RestartPolicy.NO;
  private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void makeStore() throws IOException {
    store = new VmStore(dir.resolve("state"), dir.resolve("run"), warnings::add);
    disk = Files.writeString(dir.resolve("blank"), "disk");
  }

  private final class Reports implements Supervisor.Report {
    @Override
    public void started(VmRecord vm) {
      reports.add("started " + vm.name());
    }

    @Override
    public void failed(int code, String message) {
      reports.add("failed " + code + " " + message);
    }
  }

  private RunOptions options() {
    return new RunOptions(
        "img",
        List.of(),
        Optional.of("web"),
        1,
        512,
        List.of("SECRET=1".getBytes(StandardCharsets.UTF_8)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        PidMode.HOST,
        "",
        true,
        false,
        List.of(),
        NetworkOptions.NONE,
        KernelChoice.USUAL,
        Nesting.OFF,
        false,
        List.of(),
        new LifeOptions(
            Terms.of(true, remove, restart, Map.of("app", "shop")),
            LogWriter.DEFAULT_BYTES,
            new HealthOptions(
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty())));
  }

  private Supervisor supervisor(Guest.Boot boot) {
    return supervisor(
        boot,
        new Supervisor.Origin.New(new Recipe("/", "a:b:c:d", List.of("--name", "web", "img"))));
  }

  private Supervisor supervisor(Guest.Boot boot, Supervisor.Origin origin) {
    return new Supervisor(
        options(),
        new GuestFiles(disk, disk, disk, disk, false, Optional.empty()),
        Optional.empty(),
        Passt.missing(),
        store,
        origin,
        new Reports(),
        boot);
  }

  private static void started(FrameWriter to) throws IOException {
    to.write(Event.now("system-ready").frame());
    to.write(Event.now("container-started").frame());
  }

  private static void out(FrameWriter to, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    to.write(FrameType.STDOUT, bytes, 0, bytes.length);
  }

  private static Guest.Boot exiting(int code) {
    return FakeGuest.booting((plan, _, to) -> {
      started(to);
      out(to, plan.again() ? "again\n" : "first\n");
      FakeGuest.exit(to, code);
      return new VmExit.PowerOff();
    });
  }

  // One that ends with the number of a signal that it gets, or as one that is to stop.
  private static Guest.Boot waiting() {
    return FakeGuest.booting((_, in, to) -> {
      started(to);
      Frame frame;
      do {
        frame = in.read();
      } while (frame.type() != FrameType.SIGNAL);
      FakeGuest.exit(to, frame.number() == ExecSession.STOP ? STOPPED : frame.number());
      return new VmExit.PowerOff();
    });
  }

  private VmRecord record() throws IOException {
    return store.all().getFirst();
  }

  private String log(VmRecord vm) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (LogReader log = new LogReader(VmFiles.log(store.directory(vm)))) {
      for (LogRecord line : log.rest(-1, _ -> true)) {
        all.writeBytes(line.bytes());
      }
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private void awaitStart() throws InterruptedException {
    assertThat(reports.poll(60, TimeUnit.SECONDS)).isEqualTo("started web");
  }

  @Test
  void whatEndedStaysWithItsLogAndExitCode() throws Exception {
    assertThat(supervisor(exiting(7)).run()).isEqualTo(7);
    awaitStart();
    VmRecord vm = record();
    assertThat(vm.status()).isEqualTo(Status.EXITED);
    assertThat(vm.life().exitCode()).contains(7);
    assertThat(vm.life().terms().labels()).containsEntry("app", "shop");
    assertThat(vm.life().finished().orElseThrow()).isAfterOrEqualTo(vm.life().started().get());
    assertThat(log(vm)).isEqualTo("first\n");
    assertThat(store.list()).isEmpty();
    assertThat(dir.resolve("run").resolve(vm.id())).doesNotExist();
    assertThat(Files.readString(dir.resolve("state").resolve(vm.id() + ".json")))
        .doesNotContain("SECRET");
    assertThatThrownBy(() -> store.create(Optional.of("web"), "img", 1, 512))
        .hasMessageContaining("fcvm rm web");
    store.remove(vm);
    assertThat(store.all()).isEmpty();
    assertThat(dir.resolve("state").resolve(vm.id())).doesNotExist();
  }

  @Test
  void withRmNothingStays() throws Exception {
    remove = true;
    assertThat(supervisor(exiting(7)).run()).isEqualTo(7);
    awaitStart();
    assertThat(store.all()).isEmpty();
  }

  @Test
  void aContainerThatDoesNotStartLeavesNothingButTheReason() throws Exception {
    Guest.Boot boot =
        FakeGuest.booting((_, _, to) -> {
          byte[] why = "Error: no such image\n".getBytes(StandardCharsets.UTF_8);
          to.write(FrameType.STDERR, why, 0, why.length);
          FakeGuest.exit(to, 125);
          return new VmExit.PowerOff();
        });
    assertThat(supervisor(boot).run()).isEqualTo(125);
    assertThat(reports.poll(60, TimeUnit.SECONDS)).isEqualTo("failed 125 no such image");
    assertThat(store.all()).isEmpty();
  }

  @Test
  void aVmThatDoesNotBootIsReported() throws Exception {
    assertThat(supervisor(FakeGuest.ending(new VmExit.Crash("triple fault"))).run()).isEqualTo(125);
    assertThat(reports.poll(60, TimeUnit.SECONDS)).startsWith("failed 125 ").contains("triple");
    assertThat(store.all()).isEmpty();
  }

  @Test
  void oneThatFailsIsStartedAgainFromItsDiskAsOftenAsAsked() throws Exception {
    restart = new RestartPolicy(RestartPolicy.Kind.ON_FAILURE, 2);
    assertThat(supervisor(exiting(1)).run()).isEqualTo(1);
    VmRecord vm = record();
    assertThat(vm.life().restarts()).isEqualTo(2);
    assertThat(log(vm)).isEqualTo("first\nagain\nagain\n");
    assertThat(reports).containsExactly("started web");
  }

  @Test
  void oneThatIsStoppedIsNotStartedAgain() throws Exception {
    restart = new RestartPolicy(RestartPolicy.Kind.ALWAYS, 0);
    AtomicInteger boots = new AtomicInteger();
    Guest.Boot waiting = waiting();
    Guest.Boot counting =
        (config, serial) -> {
          boots.incrementAndGet();
          return waiting.boot(config, serial);
        };
    Supervisor supervisor = supervisor(counting);
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(supervisor::run);
    awaitStart();
    assertThat(record().status()).isEqualTo(Status.RUNNING);
    supervisor.signal(SIGTERM);
    assertThat(code.get()).isEqualTo(STOPPED);
    assertThat(boots).hasValue(1);
    assertThat(record().life().exitCode()).contains(STOPPED);
  }

  @Test
  void oneThatIsStoppedWhileItWaitsToBeStartedEndsAtOnce() throws Exception {
    restart = new RestartPolicy(RestartPolicy.Kind.ALWAYS, 0);
    AtomicInteger boots = new AtomicInteger();
    Guest.Boot exiting = exiting(3);
    Supervisor supervisor =
        supervisor((config, serial) -> {
          boots.incrementAndGet();
          return exiting.boot(config, serial);
        });
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(supervisor::run);
    awaitStart();
    while (boots.get() < 3) {
      Thread.sleep(10);
    }
    supervisor.signal(SIGTERM);
    code.get();
    assertThat(record().status()).isEqualTo(Status.EXITED);
  }

  @Test
  void oneThatDoesNotListenIsKilledByTheSecondSignal() throws Exception {
    Guest.Boot deaf =
        FakeGuest.booting((_, in, to) -> {
          started(to);
          while (in.read() != null) {
            // It hears everything, and does nothing.
          }
          return new VmExit.Stopped();
        });
    Supervisor supervisor = supervisor(deaf);
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(supervisor::run);
    awaitStart();
    supervisor.signal(SIGTERM);
    supervisor.signal(SIGTERM);
    assertThatThrownBy(() -> code.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    supervisor.signal(SIGINT);
    assertThat(code.get()).isEqualTo(137);
    assertThat(record().life().why()).contains("killed");
  }

  @Test
  void theExitedLiveAgain() throws Exception {
    supervisor(exiting(1)).run();
    awaitStart();
    String id = record().id();
    assertThat(supervisor(exiting(0), new Supervisor.Origin.Exited(id)).run()).isZero();
    awaitStart();
    assertThat(record().id()).isEqualTo(id);
    assertThat(record().life().exitCode()).contains(0);
    assertThat(log(record())).isEqualTo("first\nagain\n");
    assertThat(Recipe.read(VmFiles.recipe(store.directory(record()))).arguments())
        .containsExactly("--name", "web", "img");
  }

  @Test
  void aNewNameStaysWhateverTheSupervisorWrites() throws Exception {
    Supervisor supervisor = supervisor(waiting());
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(supervisor::run);
    awaitStart();
    store.rename(record().id(), "shop");
    supervisor.signal(SIGTERM);
    code.get();
    assertThat(record().name()).isEqualTo("shop");
    assertThatThrownBy(() -> store.rename(record().id(), "a b")).hasMessageContaining("a b");
  }

  @Test
  void whoAttachesSeesAndTypes() throws Exception {
    Guest.Boot echo =
        FakeGuest.booting((_, in, to) -> {
          started(to);
          to.write(Frame.number(FrameType.WINDOW, 1000));
          Frame frame;
          do {
            frame = in.read();
          } while (frame.type() != FrameType.STDIN);
          out(to, "got " + new String(frame.payload(), StandardCharsets.UTF_8));
          FakeGuest.exit(to, 5);
          return new VmExit.PowerOff();
        });
    Supervisor supervisor = supervisor(echo);
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(supervisor::run);
    awaitStart();
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    try (AttachClient client =
        new AttachClient(
            record(),
            true,
            new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8)),
            seen,
            seen)) {
      assertThat(client.run()).isEqualTo(5);
    }
    assertThat(seen.toString(StandardCharsets.UTF_8)).isEqualTo("got hello");
    assertThat(code.get()).isEqualTo(5);
  }

  @Test
  void whoWaitsIsToldWhatCameOrThatItCannotCome() throws Exception {
    Supervisor supervisor = supervisor(waiting());
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(supervisor::run);
    awaitStart();
    Waiting waiting = new Waiting(store, record().id());
    assertThat(waiting.until(Waiting.Condition.RUNNING)).isEmpty();
    supervisor.signal(SIGTERM);
    assertThat(waiting.until(Waiting.Condition.EXITED)).contains(STOPPED);
    code.get();
    assertThatThrownBy(() -> waiting.until(Waiting.Condition.HEALTHY))
        .hasMessage("VM web has exited, and was not healthy before");
    store.remove(record());
    assertThat(waiting.until(Waiting.Condition.REMOVED)).isEmpty();
  }
}
