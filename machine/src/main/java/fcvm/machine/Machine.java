package fcvm.machine;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.ExecSession;
import fcvm.agent.protocol.WindowSize;
import fcvm.linux.Arch;
import fcvm.linux.FileLock;
import fcvm.linux.ProcessIdentity;
import fcvm.provision.Dirs;
import fcvm.provision.Progress;
import fcvm.provision.Provision;
import fcvm.provision.SparseFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The emulated machine of an architecture: a computer on which KVM works, nested virtualization
/// included, wherever QEMU does. There is one per architecture, named after it.
///
/// Any process may use any machine at any time: whoever starts, stops or removes it holds its lock,
/// and each command has a port of its own.
public final class Machine {
  private static final Duration HELLO_PATIENCE = Duration.ofMinutes(2);
  private static final Duration POWER_OFF_PATIENCE = Duration.ofSeconds(30);
  private static final Duration QUIT_PATIENCE = Duration.ofSeconds(5);
  private static final Duration SETTLE_PATIENCE = Duration.ofSeconds(1);

  // Pid 1 of the machine takes it as the request to power off.
  private static final List<byte[]> POWER_OFF =
      Stream.of("sh", "-c", "kill -TERM 1").map(Machine::bytes).toList();

  private final Arch arch;
  private final Provision provision;
  private final Dirs dirs;
  private final MachinePaths paths;
  private final ConsoleLog console;

  /// The machine of an architecture, whether it was made yet or not.
  public Machine(Arch arch, Provision provision, Dirs dirs) {
    this.arch = arch;
    this.provision = provision;
    this.dirs = dirs;
    this.paths = MachinePaths.of(dirs, arch);
    this.console = new ConsoleLog(paths.console());
  }

  public Arch arch() {
    return arch;
  }

  /// What its kernel and agent say, for people.
  public Path consoleLog() {
    return paths.console();
  }

  /// Makes it, stopped.
  ///
  /// @throws MachineException if it is there already
  public void init(MachineConfig config) throws IOException {
    try (FileLock _ = lock()) {
      if (paths.exist()) {
        throw new MachineException(
            "there is an "
                + arch
                + " machine: remove it first (fcvm machine rm --arch "
                + arch
                + ")");
      }
      paths.make();
      JsonObject.write(paths.config(), config.toJson());
    }
  }

  /// How it is now. Takes no lock: a start or stop under way may change it at any time.
  public MachineStatus status() throws IOException {
    if (!paths.exist()) {
      return new MachineStatus.Absent();
    }
    MachineConfig config = config();
    RunningMachine running = RunningMachine.read(paths.running()).orElse(null);
    if (running == null || !running.isOfThisBoot()) {
      return new MachineStatus.Stopped(config);
    }
    if (running.isAlive()) {
      Instant since = Instant.ofEpochMilli(running.sinceMillis());
      return new MachineStatus.Running(config, running.qemu().orElseThrow().pid(), since);
    }
    return console.saysPowerOff()
        ? new MachineStatus.Stopped(config)
        : new MachineStatus.Crashed(config, console.reason());
  }

  /// Makes sure that it is up and answers; makes it if need be. Many may start it at once: one
  /// does, the others wait.
  ///
  /// @param progress told what takes long, and in one line if the machine had crashed
  public void start(Progress progress) throws IOException {
    paths.make();
    Path distribution = provision.distribution(arch);
    if (isUpWith(distribution)) {
      return;
    }
    MachineParts parts = MachineParts.of(provision, arch);
    try (FileLock _ = lock()) {
      if (isUpWith(distribution)) {
        return;
      }
      clean(progress);
      paths.make();
      try (Progress.Step step = progress.begin("starting the emulated " + arch + " machine")) {
        new Launch(new QemuCommand(arch, makeConfig(), paths, prepared(parts), shares(parts), true))
            .start();
        step.done();
      }
    }
  }

  // A machine that shares another distribution is of use only to those who are using it.
  private boolean isUpWith(Path distribution) throws IOException {
    Optional<RunningMachine> running = RunningMachine.read(paths.running());
    return running.isPresent()
        && running.get().isAlive()
        && (running.get().distribution().equals(RunningMachine.identity(distribution))
            || new Ports(paths).anyInUse());
  }

  private MachineConfig makeConfig() throws IOException {
    if (!paths.exist()) {
      JsonObject.write(paths.config(), HostComputer.config().toJson());
    }
    return config();
  }

  private MachineConfig config() throws IOException {
    return MachineConfig.of(JsonObject.read(paths.config()));
  }

  private MachineParts prepared(MachineParts parts) throws IOException {
    if (!Files.exists(paths.disk())) {
      Path next = paths.disk().resolveSibling("disk.new");
      Files.deleteIfExists(next);
      SparseFile.copy(parts.blankDisk(), next);
      Files.move(next, paths.disk());
    }
    return parts;
  }

  private List<Share> shares(MachineParts parts) {
    return List.of(
        Share.ofArtifacts("data", dirs.data(), paths.share("data")),
        Share.ofArtifacts("dist", parts.distribution(), paths.share("dist")));
  }

  /// Gives it a directory of this computer until that is closed. It must be up. Waits while another
  /// gives it the same directory.
  ///
  /// @throws MachineException if there is no room for one more
  public PluggedDirectory plug(Path directory, boolean readOnly) throws IOException {
    return PluggedDirectory.plug(this, paths, this::startVirtiofsd, directory, readOnly);
  }

  /// Lets a port of this computer lead to the same port of the machine, at
  /// [fcvm.agent.protocol.MachineNetwork#PORTS_MACHINE], until that is closed. It must be up.
  ///
  /// @throws MachineException if QEMU cannot have the port
  public ForwardedPort forward(ForwardedPort.Place place) throws IOException {
    return ForwardedPort.open(paths, place);
  }

  private ProcessIdentity startVirtiofsd(Share share) throws IOException {
    Path log = paths.hostLog();
    ProcessIdentity process = Launch.startVirtiofsd(share, provision.tools(), log);
    try {
      Launch.awaitVirtiofsd(share, process, log);
    } catch (IOException e) {
      process.kill();
      throw e;
    }
    return process;
  }

  /// Runs a command in it, which must be up.
  ///
  /// @param request what to run, [ExecRequest.Target#SYSTEM]
  /// @throws MachineException if the machine does not run or does not answer
  public MachineSession open(
      ExecRequest request, InputStream stdin, OutputStream stdout, OutputStream stderr)
      throws IOException {
    if (!(status() instanceof MachineStatus.Running)) {
      throw new MachineException(notRunning());
    }
    PortConnection port = new Ports(paths).connect();
    try {
      port.hello(HELLO_PATIENCE);
      ExecSession session = new ExecSession(port.input(), port.output(), stdin, stdout, stderr);
      session.send(request);
      return new MachineSession(session, port, this::whyGone);
    } catch (IOException e) {
      port.close();
      String why = whyGone();
      if (!why.isEmpty()) {
        throw new MachineException(why, e);
      }
      throw e instanceof SocketTimeoutException ? new Stall(arch, paths).describe(e) : e;
    }
  }

  /// Runs a command in it and waits for its end.
  ///
  /// @return its exit code
  public int exec(ExecRequest request, InputStream stdin, OutputStream stdout, OutputStream stderr)
      throws IOException {
    try (MachineSession session = open(request, stdin, stdout, stderr)) {
      return session.await();
    }
  }

  private String notRunning() throws IOException {
    return switch (status()) {
      case MachineStatus.Crashed(_, String reason) ->
          "the " + arch + " machine has crashed: " + reason + "; see " + console.path();
      default ->
          "the "
              + arch
              + " machine is not running: start it (fcvm machine start --arch "
              + arch
              + ")";
    };
  }

  // Why a connection broke: empty if the machine still runs. QEMU's sockets go before it does.
  private String whyGone() {
    try {
      RunningMachine running = RunningMachine.read(paths.running()).orElse(null);
      if (running != null && running.qemu().isPresent()) {
        running.qemu().get().awaitEnd(SETTLE_PATIENCE);
      }
      return switch (status()) {
        case MachineStatus.Running _ -> "";
        case MachineStatus.Crashed(_, String reason) ->
            "the " + arch + " machine has crashed: " + reason + "; see " + console.path();
        default -> "the " + arch + " machine was stopped";
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Stops it: its disk is written, and nothing of it is left. What runs in it ends. Stopping one
  /// that is not up is not an error.
  public void stop(Progress progress) throws IOException {
    if (!paths.exist()) {
      return;
    }
    try (FileLock _ = lock()) {
      clean(progress);
    }
  }

  /// Stops it, and removes its disk and configuration.
  public void remove(Progress progress) throws IOException {
    try (FileLock _ = lock()) {
      clean(progress);
      delete(paths.directory());
    }
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file); // or whoever made it has tidied up
        }
      }
    }
  }

  // Whatever there is of it: ended, forgotten, said if it had crashed.
  private void clean(Progress progress) throws IOException {
    RunningMachine running = RunningMachine.read(paths.running()).orElse(null);
    if (running != null) {
      if (running.isAlive()) {
        try (Progress.Step step = progress.begin("stopping the emulated " + arch + " machine")) {
          end(running);
          step.done();
        }
      } else if (status() instanceof MachineStatus.Crashed(_, String reason)) {
        progress.note("the " + arch + " machine had crashed: " + reason);
      }
      running.kill();
      Files.deleteIfExists(paths.running());
    }
    // Behind the gate, because all who have slots leave them now.
    try (FileLock _ = new SlotTable(paths).gate()) {
      Daemon.killAllWith("--socket-path=" + paths.run() + "/");
      delete(paths.run());
    }
  }

  private void end(RunningMachine running) throws IOException {
    ProcessIdentity qemu = running.qemu().orElseThrow();
    try (PortConnection port = new Ports(paths).connect()) {
      port.hello(QUIT_PATIENCE);
      new ExecSession(
              port.input(),
              port.output(),
              InputStream.nullInputStream(),
              OutputStream.nullOutputStream(),
              OutputStream.nullOutputStream())
          .send(system(POWER_OFF));
      qemu.awaitEnd(POWER_OFF_PATIENCE);
    } catch (IOException e) {
      // It does not listen any more.
    }
    if (qemu.isAlive()) {
      try {
        Qmp.quit(paths.qmp());
      } catch (IOException e) {
        // Then it is killed.
      }
      qemu.awaitEnd(QUIT_PATIENCE);
    }
  }

  /// A request for a command without input.
  static ExecRequest system(List<byte[]> argv) {
    return new ExecRequest(
        ExecRequest.Target.SYSTEM,
        argv,
        List.of(),
        bytes(""),
        "",
        false,
        false,
        WindowSize.UNKNOWN);
  }

  private FileLock lock() throws IOException {
    Files.createDirectories(paths.lock().getParent());
    try {
      return FileLock.await(paths.lock().toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MachineException("interrupted while another fcvm starts or stops the machine", e);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
