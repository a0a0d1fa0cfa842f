package fcvm.machine;

import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.ProcessIdentity;
import fcvm.linux.Spawn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A host program that outlives the command that starts it: in a session of its own, so that Ctrl-C
/// in somebody's terminal does not reach it.
///
/// @param command its program's path and arguments
/// @param environment all that it gets
/// @param log where its output is appended, readable by its owner only
record Daemon(List<String> command, Map<String, String> environment, Path log) {
  private static final Path PROC = Path.of("/proc");
  private static final int OWNER_ONLY = 0600;
  private static final int O_APPEND = 0x400;

  ProcessIdentity start() throws IOException {
    try (Fd nothing = Fd.open("/dev/null", Fd.O_RDONLY);
        Fd output = Fd.open(log.toString(), Fd.O_WRONLY | Fd.O_CREAT | O_APPEND, OWNER_ONLY)) {
      int pid =
          new Spawn(
                  bytes(command.getFirst()),
                  command.stream().map(Daemon::bytes).toList(),
                  environment.entrySet().stream()
                      .map(e -> bytes(e.getKey() + "=" + e.getValue()))
                      .toList(),
                  bytes(""),
                  new Spawn.Stdio.Descriptors(nothing, output, output))
              .startResult();
      if (pid < 0) {
        throw new LinuxException("start of " + command.getFirst(), pid);
      }
      // It is our child, so its pid stays its own even if it has ended already.
      return ProcessIdentity.of(pid).orElseThrow();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Ends every process of ours with an argument that begins like this: what a start that was
  /// killed left behind before it could record it.
  static void killAllWith(String beginning) throws IOException {
    try (Stream<Path> entries = Files.list(PROC)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (name.chars().allMatch(Character::isDigit)) {
          killIfWith(Integer.parseInt(name), beginning);
        }
      }
    }
  }

  private static void killIfWith(int pid, String beginning) throws IOException {
    Optional<ProcessIdentity> process = ProcessIdentity.of(pid);
    if (process.isPresent() && arguments(pid).stream().anyMatch(a -> a.startsWith(beginning))) {
      process.get().kill(); // the one whose arguments these are, or nobody
    }
  }

  private static List<String> arguments(int pid) {
    try {
      return List.of(Files.readString(PROC.resolve(pid + "/cmdline")).split("\0", -1));
    } catch (IOException e) {
      return List.of(); // it has ended, or is not ours
    }
  }
}
