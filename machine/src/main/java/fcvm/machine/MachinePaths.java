package fcvm.machine;

import fcvm.linux.Arch;
import fcvm.provision.Dirs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Where the files of one machine are.
///
/// @param directory what stays: its disk, configuration, logs
/// @param sockets what goes with it; short, because a socket's path has at most 107 bytes
record MachinePaths(Path directory, Path sockets) {
  private static final int LONGEST_SOCKET_PATH = 107;

  static MachinePaths of(Dirs dirs, Arch arch) {
    String name = arch.debianName();
    return new MachinePaths(
        dirs.data().resolve("machines").resolve(name), dirs.runtime().resolve("machine-" + name));
  }

  /// Makes both directories, for their owner only.
  void make() throws IOException {
    for (Path path : new Path[] {directory, sockets}) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    int length = port(Ports.COUNT).toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_SOCKET_PATH) {
      throw new MachineException(
          "the path of the machine's sockets, "
              + sockets
              + ", is too long: set XDG_RUNTIME_DIR to a shorter directory");
    }
  }

  /// Whether the machine was made.
  boolean exist() {
    return Files.exists(config());
  }

  /// Held by whoever starts, stops or removes the machine.
  Path lock() {
    return sockets.resolve("lock");
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

  Path hostLog() {
    return directory.resolve("qemu.log");
  }

  Path qmp() {
    return sockets.resolve("qmp");
  }

  Path share(String tag) {
    return sockets.resolve(tag + ".fs");
  }

  /// @param number 1 to [Ports#COUNT]
  Path port(int number) {
    return sockets.resolve("port" + number);
  }

  Path portLock(int number) {
    return sockets.resolve("port" + number + ".lock");
  }
}
