package fcvm.machine;

import java.nio.file.Path;
import java.util.List;

/// A directory of the computer in the machine: one virtiofsd, which ends when QEMU does.
///
/// @param tag its name in the machine
/// @param directory shared read-only
/// @param socket where QEMU finds virtiofsd
record Share(String tag, Path directory, Path socket) {
  static final String PROGRAM = "virtiofsd";

  /// virtiofsd's arguments. It runs as its user, without namespaces, which not every computer
  /// allows; nothing can be written through it. What is shared is named by its content and does not
  /// change, so the guest keeps what it has read: otherwise each start of Java reads all of it
  /// again.
  List<String> arguments() {
    return List.of(
        "--socket-path=" + socket,
        "--shared-dir=" + directory,
        "--sandbox=none",
        "--readonly",
        "--cache=always",
        "--log-level=error");
  }
}
