package fcvm.machine;

import fcvm.linux.ProcessIdentity;
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
import org.jspecify.annotations.Nullable;

/// What is in a slot of the machine when a directory is: a virtiofsd, a device that is connected to
/// it, and a mount.
///
/// Used by one thread of the process that has the slot.
final class VolumeDevice {
  private static final String MOUNTS = "/run/fcvm/volumes/";
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
  private final Path socket;
  private @Nullable ProcessIdentity started;

  VolumeDevice(Machine machine, MachinePaths paths, Slot slot) {
    this.machine = machine;
    this.paths = paths;
    this.slot = slot;
    this.socket = paths.share(slot.tag());
  }

  /// Where the machine has the directory.
  Path mountPoint() {
    return Path.of(MOUNTS + slot.number());
  }

  /// Plugs a directory in, after what a killed process may have left in the slot is gone.
  ///
  /// @param virtiofsd starts one
  void plug(Share.Starter virtiofsd, SlotDirectory directory) throws IOException {
    if (isThere()) {
      eject();
    }
    started =
        virtiofsd.start(Share.ofVolume(slot.tag(), directory.path(), socket, directory.readOnly()));
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
    String trouble = inMachine(MOUNT, slot.tag(), mountPoint().toString());
    if (!trouble.isEmpty()) {
      throw new MachineException(
          "cannot mount " + directory.path() + " in the machine: " + trouble);
    }
    if (!SlotDirectory.of(directory.path(), directory.readOnly()).isSameAs(directory)) {
      throw new MachineException(
          directory.path() + " was replaced while it was plugged into the machine: try again");
    }
  }

  // virtiofsd removes its socket when it is connected.
  private boolean isThere() throws IOException {
    if (Files.exists(socket)) {
      return true;
    }
    try (Qmp qmp = Qmp.connect(paths.qmp())) {
      return qmp.hasChardev(slot.tag());
    }
  }

  /// Takes away all of it that is there.
  void eject() throws IOException {
    try {
      inMachine(LEAVE, mountPoint().toString(), Integer.toString(slot.number()));
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

  /// The machine is gone: ends what this process has started for it.
  void abandon() throws IOException {
    if (started != null) {
      started.kill();
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
}
