package fcvm.machine;

import fcvm.linux.Arch;
import fcvm.provision.Dirs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Where the files of one machine are: all in its directory, so that whoever has the same data
/// directory means the same machine, whatever else their environments say.
///
/// @param directory its disk, configuration and logs, and what goes with it in a run
record MachinePaths(Path directory) {
  private static final int LONGEST_SOCKET_PATH = 107;

  static MachinePaths of(Dirs dirs, Arch arch) {
    return new MachinePaths(dirs.data().resolve("machines").resolve(arch.debianName()));
  }

  /// Makes its directories, for their owner only.
  void make() throws IOException {
    Files.createDirectories(
        run(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    int length = port(Ports.COUNT).toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_SOCKET_PATH) {
      throw new MachineException(
          "the path of the machine's sockets, "
              + run()
              + ", is too long: set FCVM_DATA_DIR to a shorter directory");
    }
  }

  /// What exists only while the machine is up: sockets, and locks of those who use them.
  Path run() {
    return directory.resolve("run");
  }

  /// Whether the machine was made.
  boolean exist() {
    return Files.exists(config());
  }

  /// Held by whoever starts, stops or removes the machine.
  Path lock() {
    return directory.resolveSibling(directory.getFileName() + ".lock");
  }

  Path config() {
    return directory.resolve("machine.json");
  }

  /// There while the machine runs, or should.
  Path running() {
    return directory.resolve("running.json");
  }

  Path disk() {
    return directory.resolve("disk.ext4");
  }

  Path console() {
    return directory.resolve("console.log");
  }

  /// Where the processors of a machine that hung stood.
  Path processors() {
    return directory.resolve("processors.log");
  }

  Path hostLog() {
    return directory.resolve("qemu.log");
  }

  Path qmp() {
    return run().resolve("qmp");
  }

  Path share(String tag) {
    return run().resolve(tag + ".fs");
  }

  /// Where QEMU finds passt.
  Path network() {
    return run().resolve("passt");
  }

  /// Held by whoever has a port of the computer lead into the machine.
  Path forwardLock(ForwardedPort.Place place) {
    return run().resolve("forward-" + place.fileName() + ".lock");
  }

  Path slotLock(Slot slot) {
    return run().resolve(slot.id() + ".lock");
  }

  /// Says what is in a slot, as [SlotTable] has it.
  Path slotRecord(Slot slot) {
    return run().resolve(slot.id() + ".json");
  }

  /// Held by whoever changes what slots are used for. It stays when the machine goes, so that all
  /// hold the same.
  Path slotGate() {
    return directory.resolveSibling(directory.getFileName() + ".slots.lock");
  }

  /// @param number 1 to [Ports#COUNT]
  Path port(int number) {
    return run().resolve("port" + number);
  }

  Path portLock(int number) {
    return run().resolve("port" + number + ".lock");
  }
}
