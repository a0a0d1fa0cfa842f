package fcvm.machine;

import fcvm.linux.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A directory of the computer in the machine: one virtiofsd, which ends when QEMU does, or its
/// device.
///
/// @param tag its name in the machine
/// @param socket where QEMU finds virtiofsd
/// @param options virtiofsd's, besides those of every share
record Share(String tag, Path directory, Path socket, List<String> options) {
  static final String PROGRAM = "virtiofsd";

  /// Starts a share's virtiofsd; returns when it listens.
  @FunctionalInterface
  interface Starter {
    ProcessIdentity start(Share share) throws IOException;
  }

  /// One of what fcvm is made of, read-only. It is named by its content and does not change, so the
  /// guest keeps what it has read: otherwise each start of Java reads all of it again.
  static Share ofArtifacts(String tag, Path directory, Path socket) {
    return new Share(tag, directory, socket, List.of("--readonly", "--cache=always"));
  }

  /// One of somebody's own directories. The machine keeps nothing of it, for its microVMs do: what
  /// changes on the computer is theirs within their own time.
  static Share ofVolume(String tag, Path directory, Path socket, boolean readOnly) {
    List<String> options = new ArrayList<>(List.of("--cache=never", "--xattr", "--posix-acl"));
    if (readOnly) {
      options.add("--readonly");
    }
    return new Share(tag, directory, socket, List.copyOf(options));
  }

  /// virtiofsd's arguments. It runs as its user, without namespaces, which not every computer
  /// allows.
  List<String> arguments() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--socket-path=" + socket,
                "--shared-dir=" + directory,
                "--sandbox=none",
                "--log-level=error"));
    arguments.addAll(options);
    return arguments;
  }
}
