package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.GuestFiles;
import fcvm.linux.Fd;
import fcvm.linux.FdInputStream;
import fcvm.linux.FdOutputStream;
import fcvm.linux.LinuxException;
import fcvm.linux.Pipe;
import fcvm.linux.Spawn;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts supervisors: this program again, in a session of its own, so that it outlives the command
/// and the terminal. How the start went comes back through a pipe, see [ToParent].
final class Detached {
  private static final int OWNER_ONLY = 0600;
  private static final long LONGEST_LOG = 1 << 20;

  private final Invocation invocation;

  Detached(Invocation invocation) {
    this.invocation = invocation;
  }

  /// Starts a supervisor, and waits until its container runs.
  ///
  /// @param arguments of `podman run`, raw
  /// @param directory where it works; empty for here
  /// @param which VM: `new`, or the id of one that has exited
  /// @param files what it boots, as [GuestFiles#line] has it
  /// @return the VM's id
  /// @throws ContainerException if it does not run, with Podman's code
  String start(List<String> arguments, String directory, String which, String files)
      throws IOException, ContainerException {
    List<String> all = new ArrayList<>(List.of("podman", "run", Supervised.OPTION, which));
    all.addAll(arguments);
    List<String> environment = new ArrayList<>(Raw.environment());
    environment.removeIf(entry -> entry.startsWith(GuestFiles.VARIABLE + "="));
    environment.add(GuestFiles.VARIABLE + "=" + Raw.of(files));
    return spawn(all, environment, directory);
  }

  /// This program as a command.
  private static String program() throws ContainerException {
    String home = System.getProperty("fcvm.home");
    if (home == null) {
      throw new ContainerException(
          "a detached VM needs the program's own file, and this is not a distribution");
    }
    return Raw.of(home + "/bin/fcvm");
  }

  /// Starts this program as one that reports as a supervisor does. Its arguments are in no list of
  /// processes: they may have values of variables.
  String spawn(List<String> arguments, List<String> environment, String directory)
      throws IOException, ContainerException {
    Path log = log();
    List<String> command = List.of(program(), Main.ARGUMENTS_FOLLOW);
    try (Pipe pipe = Pipe.open();
        Pipe words = Pipe.open();
        Fd errors = Fd.open(log.toString(), Fd.O_WRONLY | Fd.O_CREAT | Fd.O_APPEND, OWNER_ONLY)) {
      int pid =
          new Spawn(
                  Raw.bytes(command.getFirst()),
                  Raw.bytes(command),
                  Raw.bytes(environment),
                  Raw.bytes(directory),
                  new Spawn.Stdio.Descriptors(words.reader(), pipe.writer(), errors))
              .startResult();
      if (pid < 0) {
        throw new LinuxException("start of " + Raw.text(command.getFirst()), pid);
      }
      pipe.writer().close();
      words.reader().close();
      try (OutputStream out = new FdOutputStream(words.writer())) {
        out.write(Raw.entryBytes(arguments));
      } catch (IOException e) {
        throw new ContainerException("the supervisor ended before it began; see " + log, e);
      }
      words.writer().close();
      return report(new FdInputStream(pipe.reader()), log);
    }
  }

  private Path log() throws IOException {
    Path log = invocation.dirs().state().resolve("supervisors.log");
    if (Files.exists(log) && Files.size(log) > LONGEST_LOG) {
      Files.delete(log);
    }
    return log;
  }

  private static String report(InputStream in, Path log) throws IOException, ContainerException {
    StringBuilder first = new StringBuilder();
    int b = in.read();
    while (b >= 0 && b != '\n') {
      first.append((char) b);
      b = in.read();
    }
    String[] words = first.toString().split(" ", 2);
    if (words.length == 2 && words[0].equals(ToParent.STARTED)) {
      return words[1];
    }
    if (words.length == 2 && words[0].equals(ToParent.FAILED)) {
      String message = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      throw new ContainerException(message, Integer.parseInt(words[1]), null);
    }
    throw new ContainerException("the supervisor ended before its container ran; see " + log);
  }
}
