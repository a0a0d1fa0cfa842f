package fcvm.machine;

import fcvm.linux.ProcessIdentity;
import fcvm.provision.ToolTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One attempt to start a machine: either it is up at the end, or nothing of it is left. Also when
/// this process is told to end in between.
final class Launch {
  /// An emulated machine on a slow, busy computer.
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration FIRST_PATIENCE = Duration.ofSeconds(1);
  private static final Duration SOCKET_PATIENCE = Duration.ofSeconds(20);
  private static final Duration NAP = Duration.ofMillis(5);
  private static final int EXCERPT_LINES = 15;

  private QemuCommand qemu;
  private final MachineParts parts;
  private final MachinePaths paths;
  private volatile RunningMachine running;

  Launch(QemuCommand qemu) throws IOException {
    this.qemu = qemu;
    this.parts = qemu.parts();
    this.paths = qemu.paths();
    this.running = RunningMachine.starting(parts.distribution());
  }

  /// Returns when the machine's agent answers.
  ///
  /// @throws MachineException if it never does, with the reason
  void start() throws IOException {
    Thread onExit = new Thread(this::killQuietly, "abandon-launch");
    Runtime.getRuntime().addShutdownHook(onExit);
    boolean up = false;
    try {
      new ConsoleLog(paths.console()).rotate();
      Files.deleteIfExists(paths.hostLog());
      for (Share share : qemu.shares()) {
        startShare(share);
      }
      startPasst();
      startQemu();
      awaitAgent();
      up = true;
    } finally {
      if (!up) {
        killQuietly();
      }
      forget(onExit);
    }
  }

  private void startShare(Share share) throws IOException {
    ProcessIdentity process = startVirtiofsd(share, parts.tools(), paths.hostLog());
    running = running.withShare(process);
    running.write(paths.running());
    awaitVirtiofsd(share, process, paths.hostLog());
  }

  /// Starts a share's virtiofsd.
  ///
  /// @param log where it tells its troubles
  static ProcessIdentity startVirtiofsd(Share share, ToolTree tools, Path log) throws IOException {
    Files.deleteIfExists(share.socket());
    return daemon(tools, Share.PROGRAM, share.arguments(), log).start();
  }

  /// Waits until a share's virtiofsd listens.
  ///
  /// @throws MachineException if it does not, with what it said
  static void awaitVirtiofsd(Share share, ProcessIdentity process, Path log) throws IOException {
    awaitSocket(share.socket(), process, Share.PROGRAM, log);
  }

  // A computer that does not let it, because it allows no namespaces, has a machine without a
  // world.
  private void startPasst() throws IOException {
    Files.deleteIfExists(paths.network());
    List<String> arguments = MachinePasst.arguments(paths.network());
    ProcessIdentity process =
        new Daemon(parts.passt().command(arguments), Map.of(), paths.hostLog()).start();
    running = running.withShare(process);
    running.write(paths.running());
    try {
      awaitSocket(paths.network(), process, MachinePasst.PROGRAM, paths.hostLog());
    } catch (MachineException e) {
      process.kill();
      qemu = qemu.withoutWorld();
    }
  }

  private void startQemu() throws IOException {
    for (int number = 1; number <= Ports.COUNT; number++) {
      Files.deleteIfExists(paths.port(number));
    }
    String program = Board.of(qemu.arch()).program();
    Path log = paths.hostLog();
    ProcessIdentity process = daemon(parts.tools(), program, qemu.arguments(), log).start();
    running = running.withQemu(process);
    running.write(paths.running());
    awaitSocket(paths.port(Ports.COUNT), process, "QEMU", log);
  }

  private static Daemon daemon(ToolTree tools, String program, List<String> arguments, Path log)
      throws IOException {
    return new Daemon(tools.command(program, arguments), tools.environment(), log);
  }

  private static void awaitSocket(Path socket, ProcessIdentity process, String who, Path log)
      throws IOException {
    long deadline = System.nanoTime() + SOCKET_PATIENCE.toNanos();
    while (!Files.exists(socket)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        String said = new ConsoleLog(log).excerpt(EXCERPT_LINES);
        throw new MachineException(who + " did not start; " + said);
      }
      try {
        Thread.sleep(NAP);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new MachineException("the start was interrupted", e);
      }
    }
  }

  // QEMU accepts at once, but it may forget what is sent before the agent has opened the port: so
  // it is asked again and again, with more patience each time for a machine that is slow.
  private void awaitAgent() throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Duration patience = FIRST_PATIENCE;
    while (true) {
      try (PortConnection port = new Ports(paths).connect()) {
        port.hello(patience);
        return;
      } catch (IOException e) {
        if (!running.isAlive()
            || Thread.currentThread().isInterrupted()
            || System.nanoTime() > deadline) {
          throw notUp(e);
        }
        patience = patience.multipliedBy(3).dividedBy(2);
      }
    }
  }

  private MachineException notUp(IOException e) {
    ConsoleLog console = new ConsoleLog(paths.console());
    String reason = running.isAlive() ? e.getMessage() : console.reason();
    return new MachineException(
        "the %s machine did not come up: %s; %s"
            .formatted(qemu.arch(), reason, console.excerpt(EXCERPT_LINES)),
        e);
  }

  private void killQuietly() {
    try {
      running.kill();
      Files.deleteIfExists(paths.running());
    } catch (IOException e) {
      // The failure that led here is the one to report.
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process is ending already, and the hook with it.
    }
  }
}
