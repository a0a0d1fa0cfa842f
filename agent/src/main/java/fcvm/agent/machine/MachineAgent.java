package fcvm.agent.machine;

import fcvm.agent.protocol.InnerFcvm;
import fcvm.linux.EventLoop;
import fcvm.linux.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The agent of the emulated machine: serves commands on its virtio-serial ports until the machine
/// is told to stop, or has had nothing to do for a while.
///
/// Runs on the thread that calls [#run]; each session has a thread of its own.
public final class MachineAgent {
  private static final Path PORTS = Path.of("/sys/class/virtio-ports");
  private static final String PORT_NAME = "fcvm.";

  private final SessionServer server;
  private final Runnable powerOff;
  private final Duration idleLimit;
  private final Sessions sessions = new Sessions();

  /// @param server what a session is served by
  /// @param powerOff ends the machine, on any thread
  /// @param idleLimit how long the machine stays up with nothing to do; zero for as long as it is
  ///   left alone
  public MachineAgent(SessionServer server, Runnable powerOff, Duration idleLimit) {
    this.server = server;
    this.powerOff = powerOff;
    this.idleLimit = idleLimit;
  }

  /// Makes the machine what commands expect, and serves them. Does not return.
  ///
  /// @throws IOException if the machine cannot be used; the message goes to the console
  public void run() throws IOException {
    share("data", InnerFcvm.DATA_DIR);
    share("dist", InnerFcvm.DIST_DIR);
    Files.createDirectories(Path.of(InnerFcvm.STATE_DIR));
    if (!idleLimit.isZero()) {
      Thread.ofPlatform().daemon().name("idle").start(this::powerOffWhenIdle);
    }
    try (EventLoop loop = new EventLoop()) {
      for (Path port : ports()) {
        new Port(SerialPort.open(port.toString()), loop, server, sessions).listen();
      }
      loop.run();
    }
  }

  private static void share(String tag, String directory) throws IOException {
    Files.createDirectories(Path.of(directory));
    int flags = Mount.MS_RDONLY | Mount.MS_NOSUID | Mount.MS_NODEV;
    Mount.mount(tag, directory, "virtiofs", flags, "");
  }

  // Without udev there are no links by name: sysfs has the names.
  private static List<Path> ports() throws IOException {
    try (var devices = Files.list(PORTS)) {
      return devices
          .filter(MachineAgent::isOurs)
          .map(device -> Path.of("/dev", device.getFileName().toString()))
          .toList();
    }
  }

  private static boolean isOurs(Path device) {
    try {
      return Files.readString(device.resolve("name")).startsWith(PORT_NAME);
    } catch (IOException e) {
      return false;
    }
  }

  private void powerOffWhenIdle() {
    IdleWatch watch = new IdleWatch(sessions, idleLimit, MicroVms::anyRuns);
    try {
      watch.await();
      System.err.println("fcvm: nothing to do for " + idleLimit.toSeconds() + " s: powering off");
      powerOff.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
