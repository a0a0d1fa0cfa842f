package fcvm.machine;

import fcvm.agent.protocol.MachineNetwork;
import fcvm.linux.FileLock;
import java.io.IOException;
import java.util.Map;

/// A port of the computer that leads to the same port of the machine, for as long as it is needed:
/// QEMU listens there. What a killed process had forwarded is taken away by the next that wants the
/// port, or goes with the machine.
public final class ForwardedPort implements AutoCloseable {
  /// A port of the computer.
  ///
  /// @param protocol `tcp` or `udp`
  /// @param address an IPv4 address of the computer's
  /// @param port 1 to 65535
  public record Place(String protocol, String address, int port) {
    String fileName() {
      return protocol + "-" + address + "-" + port;
    }

    private String rule() {
      return protocol + ":" + address + ":" + port;
    }
  }

  private final MachinePaths paths;
  private final Place place;
  private final FileLock lock;

  private ForwardedPort(MachinePaths paths, Place place, FileLock lock) {
    this.paths = paths;
    this.place = place;
    this.lock = lock;
  }

  static ForwardedPort open(MachinePaths paths, Place place) throws IOException {
    FileLock lock = FileLock.tryExclusive(paths.forwardLock(place).toString());
    if (lock == null) {
      throw inUse(place, "another container");
    }
    ForwardedPort forwarded = new ForwardedPort(paths, place, lock);
    try (Qmp qmp = Qmp.connect(paths.qmp())) {
      forwarded.remove(qmp);
      String answer =
          monitor(
              qmp,
              "hostfwd_add %s %s-%s:%d"
                  .formatted(
                      QemuCommand.PORTS_NETWORK,
                      place.rule(),
                      MachineNetwork.PORTS_MACHINE,
                      place.port()));
      if (!answer.isEmpty()) {
        throw inUse(place, "another program, or not for this user to have: " + answer);
      }
      return forwarded;
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  private static MachineException inUse(Place place, String whose) {
    return new MachineException(
        "port %d of %s is in use by %s; choose another one"
            .formatted(place.port(), place.address(), whose));
  }

  private void remove(Qmp qmp) throws IOException {
    // That there is none is no error.
    monitor(qmp, "hostfwd_remove " + QemuCommand.PORTS_NETWORK + " " + place.rule());
  }

  private static String monitor(Qmp qmp, String line) throws IOException {
    return String.valueOf(qmp.execute("human-monitor-command", Map.of("command-line", line)))
        .strip();
  }

  /// Takes it away.
  @Override
  public void close() throws IOException {
    try (lock;
        Qmp qmp = Qmp.connect(paths.qmp())) {
      remove(qmp);
    }
  }
}
