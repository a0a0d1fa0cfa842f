package fcvm.container.inception;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.WindowSize;
import fcvm.container.BoundedOutput;
import fcvm.container.ContainerException;
import fcvm.container.ContainerRun;
import fcvm.container.ExecClient;
import fcvm.container.GuestFiles;
import fcvm.container.InnerFiles;
import fcvm.container.KernelChoice;
import fcvm.container.PidMode;
import fcvm.container.RunOptions;
import fcvm.container.RunStreams;
import fcvm.container.Timings;
import fcvm.container.VmRecord;
import fcvm.container.VmStore;
import fcvm.container.net.NetworkOptions;
import fcvm.container.net.Passt;
import fcvm.provision.Progress;
import fcvm.vmm.KvmProbe;
import fcvm.vmm.KvmVerdict;
import fcvm.vmm.Nesting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// fcvm inside fcvm: a microVM, in whose guest the same program runs the next, down to one with the
/// container that was asked for.
///
/// Each level is a process of its own, which knows itself and its own microVM; what is below, it is
/// told by the process there. Used once, by one thread, which may be interrupted: then every level
/// ends.
public final class Inception {
  private static final int LONGEST_OUTPUT = 4 << 20;
  private static final String HOST_IMAGE = "localhost/busybox";
  private static final List<String> HOST_COMMAND = List.of("sleep", "1000000");

  private final InceptionOptions options;
  private final GuestFiles files;
  private final InnerFiles inner;
  private final VmStore store;
  private final Progress progress;
  private final OutputStream err;
  private final OutputStream console;

  /// @param files what guests are made of
  /// @param inner the same, and the program, for guests that have guests
  /// @param err takes what the innermost container writes there, and what the levels below tell
  ///   while they work
  /// @param console takes what the next level's serial console says
  public Inception(
      InceptionOptions options,
      GuestFiles files,
      InnerFiles inner,
      VmStore store,
      Progress progress,
      OutputStream err,
      OutputStream console) {
    this.options = options;
    this.files = files;
    this.inner = inner;
    this.store = store;
    this.progress = progress;
    this.err = err;
    this.console = console;
  }

  /// Runs all levels from here on.
  ///
  /// @throws ContainerException if one of them failed
  public InceptionReport run() throws IOException, ContainerException, InterruptedException {
    KvmVerdict verdict = KvmProbe.probe();
    if (!(verdict instanceof KvmVerdict.Native)) {
      throw new ContainerException("level " + options.level() + ": " + verdict.cause());
    }
    Level here = Level.here(options.level());
    return options.isLast() ? last(here) : next(here);
  }

  private String name() {
    return "inception-" + (options.level() + 1) + "-" + ProcessHandle.current().pid();
  }

  // The innermost guest: the container's own output, and what its system says meanwhile.
  private InceptionReport last(Level here) throws IOException, ContainerException {
    BoundedOutput out = new BoundedOutput(LONGEST_OUTPUT);
    BoundedOutput facts = new BoundedOutput(LONGEST_OUTPUT);
    Timings timings = new Timings(0, "start");
    try (Progress.Step step = progress.begin("level " + (options.level() + 1) + ": a container")) {
      ContainerRun vm =
          vm(
              options.image(),
              options.command(),
              options.innerCpus(),
              Nesting.OFF,
              out,
              () -> ask(List.of("sh", "-c", Level.SCRIPT), facts),
              timings);
      int code = vm.run();
      step.done();
      Level last = innermost(facts.text()).timed(timings.millis());
      return new InceptionReport(List.of(here, last), out.text(), code);
    }
  }

  // Its container has run, whatever its system tells.
  private Level innermost(String facts) {
    try {
      return Level.parse(options.level() + 1, facts);
    } catch (IOException e) {
      progress.note("the innermost system: " + e.getMessage());
      return Level.unknown(options.level() + 1);
    }
  }

  // A guest with a guest: its container only keeps it, the work is done in its system.
  private InceptionReport next(Level here)
      throws IOException, ContainerException, InterruptedException {
    CountDownLatch ready = new CountDownLatch(1);
    Timings timings = new Timings(0, "start");
    List<byte[]> command = HOST_COMMAND.stream().map(Inception::bytes).toList();
    ContainerRun vm =
        vm(
            HOST_IMAGE,
            command,
            options.cpus(),
            options.mode(),
            OutputStream.nullOutputStream(),
            ready::countDown,
            timings);
    HostVm host = new HostVm(vm, ready);
    try {
      try (Progress.Step step =
          progress.begin("level " + (options.level() + 1) + ": a hypervisor")) {
        host.start();
        step.done();
      }
      Map<String, Double> boot = timings.millis();
      InceptionReport below = below();
      List<Level> levels = new ArrayList<>(below.levels());
      levels.set(0, levels.getFirst().timed(boot));
      levels.addFirst(here);
      return new InceptionReport(levels, below.output(), below.exitCode());
    } finally {
      host.stop();
    }
  }

  private ContainerRun vm(
      String image,
      List<byte[]> command,
      int cpus,
      Nesting nesting,
      OutputStream out,
      Runnable attached,
      Timings timings) {
    RunOptions run =
        new RunOptions(
            image,
            command,
            Optional.of(name()),
            cpus,
            options.memoryMib(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            PidMode.HOST,
            "",
            false,
            false,
            List.of(),
            NetworkOptions.NONE,
            new KernelChoice(Optional.empty(), Optional.empty(), options.kernelArguments()),
            nesting,
            false);
    return new ContainerRun(
        run,
        WindowSize.UNKNOWN,
        files,
        nesting.isOn() ? Optional.of(inner) : Optional.empty(),
        Passt.missing(),
        store,
        new RunStreams(InputStream.nullInputStream(), out, err, console, attached),
        timings);
  }

  private InceptionReport below() throws IOException, ContainerException {
    List<byte[]> command = new ArrayList<>();
    for (String word : List.of("fcvm", "--progress", "plain", "inception", "--json")) {
      command.add(bytes(word));
    }
    command.addAll(options.next().arguments());
    BoundedOutput out = new BoundedOutput(LONGEST_OUTPUT);
    int code = exec(command, out);
    try {
      return InceptionReport.parse(out.text());
    } catch (IOException e) {
      throw new ContainerException(
          "level " + (options.level() + 1) + " failed with code " + code + ": see above", e);
    }
  }

  // What cannot be asked is missing in the answer.
  private void ask(List<String> command, OutputStream out) {
    try {
      exec(command.stream().map(Inception::bytes).toList(), out);
    } catch (IOException | ContainerException e) {
      progress.note("asking " + name() + ": " + e.getMessage());
    }
  }

  private int exec(List<byte[]> command, OutputStream out) throws IOException, ContainerException {
    List<VmRecord> found = store.find(name());
    if (found.isEmpty()) {
      throw new ContainerException("the VM " + name() + " has ended");
    }
    VmRecord vm = found.getFirst();
    try (ExecClient client = new ExecClient(vm, InputStream.nullInputStream(), out, err)) {
      return client.run(
          new ExecRequest(
              ExecRequest.Target.SYSTEM,
              command,
              List.of(),
              new byte[0],
              "",
              false,
              false,
              WindowSize.UNKNOWN));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
