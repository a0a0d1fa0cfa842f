package fcvm.machine;

import fcvm.linux.FileLock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A directory of the computer that the machine has for as long as it is needed, and nothing else
/// of the computer with it: a virtiofsd, a device plugged into one of the machine's slots, and a
/// mount.
///
/// A slot belongs to the process that holds its lock. One whose process was killed is emptied by
/// the next that takes it, or goes with the machine.
public final class PluggedDirectory implements AutoCloseable {
  private static final String MOUNTS = "/mnt/fcvm/volumes/";
  private static final Duration EJECT_PATIENCE = Duration.ofSeconds(10);
  private static final Duration NAP = Duration.ofMillis(20);

  /// The device appears a moment after it is plugged in. Arguments: tag, directory.
  private static final String MOUNT =
      "mkdir -p \"$2\" && for i in $(seq 200); do"
          + " mount -t virtiofs \"$1\" \"$2\" 2>/dev/null && exit 0; sleep 0.05; done;"
          + " mount -t virtiofs \"$1\" \"$2\"";

  /// Nothing uses it any more but what was killed with its run. Where the kernel itself looks after
  /// the slot (arm64), turning its power off ejects the device at once; when asked from outside it
  /// would first wait for five seconds. Arguments: directory, slot.
  private static final String LEAVE =
      "umount -l \"$1\" 2>/dev/null; rmdir \"$1\" 2>/dev/null;"
          + " cd \"/sys/bus/pci/slots/$2\" 2>/dev/null && echo 0 > power; true";

  private final Machine machine;
  private final MachinePaths paths;
  private final Slot slot;
  private final FileLock lock;

  private PluggedDirectory(Machine machine, MachinePaths paths, Slot slot, FileLock lock) {
    this.machine = machine;
    this.paths = paths;
    this.slot = slot;
    this.lock = lock;
  }

  /// Plugs a directory into a free slot.
  ///
  /// @param machine which is up
  /// @param virtiofsd starts one
  /// @throws MachineException if all slots are in use
  static PluggedDirectory plug(
      Machine machine,
      MachinePaths paths,
      Share.Starter virtiofsd,
      Path directory,
      boolean readOnly)
      throws IOException {
    for (Slot slot : Slot.all()) {
      FileLock lock = FileLock.tryExclusive(paths.slotLock(slot).toString());
      if (lock != null) {
        PluggedDirectory plugged = new PluggedDirectory(machine, paths, slot, lock);
        try {
          plugged.plug(virtiofsd, directory, readOnly);
          return plugged;
        } catch (IOException e) {
          try {
            plugged.close();
          } catch (IOException later) {
            e.addSuppressed(later);
          }
          throw e;
        }
      }
    }
    throw new MachineException(
        "all " + Slot.COUNT + " slots of the machine for volumes are in use: end another run");
  }

  private void plug(Share.Starter virtiofsd, Path directory, boolean readOnly) throws IOException {
    Path socket = paths.share(slot.tag());
    if (Files.exists(socket)) {
      eject();
    }
    Share share = Share.ofVolume(slot.tag(), directory, socket, readOnly);
    virtiofsd.start(share);
    try (Qmp qmp = Qmp.connect(paths.qmp())) {
      Map<String, ?> address = Map.of("type", "unix", "data", Map.of("path", socket.toString()));
      qmp.execute(
          "chardev-add",
          Map.of(
              "id",
              slot.tag(),
              "backend",
              Map.of("type", "socket", "data", Map.of("addr", address, "server", false))));
      qmp.execute(
          "device_add",
          Map.of(
              "driver", "vhost-user-fs-pci",
              "id", slot.tag(),
              "bus", slot.id(),
              "chardev", slot.tag(),
              "tag", slot.tag()));
    }
    String trouble = inMachine(MOUNT, slot.tag(), path().toString());
    if (!trouble.isEmpty()) {
      throw new MachineException("cannot mount " + directory + " in the machine: " + trouble);
    }
  }

  /// Where the machine has it.
  public Path path() {
    return Path.of(MOUNTS + slot.number());
  }

  private void eject() throws IOException {
    Path socket = paths.share(slot.tag());
    try {
      inMachine(LEAVE, path().toString(), Integer.toString(slot.number()));
      try (Qmp qmp = Qmp.connect(paths.qmp())) {
        remove(qmp);
      }
    } finally {
      // Without its connection virtiofsd ends by itself, but perhaps it never had one.
      Daemon.killAllWith("--socket-path=" + socket);
      Files.deleteIfExists(socket);
      Files.deleteIfExists(socket.resolveSibling(socket.getFileName() + ".pid"));
    }
  }

  private void remove(Qmp qmp) throws IOException {
    try {
      qmp.execute("device_del", Map.of("id", slot.tag()));
    } catch (MachineException e) {
      // It is gone already.
    }
    long deadline = System.nanoTime() + EJECT_PATIENCE.toNanos();
    // The connection can be removed once the device is gone.
    while (qmp.hasChardev(slot.tag())) {
      try {
        qmp.execute("chardev-remove", Map.of("id", slot.tag()));
      } catch (MachineException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        nap();
      }
    }
  }

  private static void nap() throws MachineException {
    try {
      Thread.sleep(NAP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MachineException("interrupted while the machine gives a directory back", e);
    }
  }

  // What the script said if it failed.
  private String inMachine(String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(List.of(arguments));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code =
        machine.exec(
            Machine.system(command.stream().map(Machine::bytes).toList()),
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            said);
    return code == 0 ? "" : said.toString(StandardCharsets.UTF_8).strip() + " (code " + code + ")";
  }

  /// Takes the directory away from the machine, in a thread that was interrupted too.
  @Override
  public void close() throws IOException {
    boolean wasInterrupted = Thread.interrupted();
    try (lock) {
      eject();
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
