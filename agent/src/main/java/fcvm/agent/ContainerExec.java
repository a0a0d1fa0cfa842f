package fcvm.agent;

import fcvm.linux.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// A command that crun runs in the container: crun is our child, the command is crun's.
///
/// @param pidFile where crun writes the command's pid, in our pid namespace
/// @param log where crun says why it could not run the command
/// @param tty whether the command has a terminal: crun then says it nowhere else
record ContainerExec(Path pidFile, Path log, boolean tty) implements Command.Kind {
  // crun's own exit code when it fails.
  private static final int CRUN_FAILED = 255;

  /// crun passes on what it can receive.
  @Override
  public void signal(Child child, Streams streams, int number) {
    if (number == Children.SIGKILL) {
      kill(child, streams);
    } else {
      child.signal(number);
    }
  }

  // The command first: crun then ends by itself, with the code that says so.
  @Override
  public void kill(Child child, Streams streams) {
    try {
      int pid = Integer.parseInt(Files.readString(pidFile).trim());
      child.signalGroup(pid, Children.SIGKILL);
    } catch (IOException | NumberFormatException e) {
      // Not started yet.
      child.signalGroup(Children.SIGKILL);
    }
  }

  /// Tells crun's failures from the command's, as Podman does by what crun says of them (libpod,
  /// `getOCIRuntimeError`). Without a terminal, crun has written its reason to standard error too.
  @Override
  public int outcome(int code) throws CommandException {
    try {
      String said = code == CRUN_FAILED && Files.exists(log) ? Files.readString(log) : "";
      if (said.isEmpty()) {
        return code;
      }
      String reason = said.toLowerCase(Locale.ROOT);
      boolean denied =
          reason.contains("permission denied") || reason.contains("operation not permitted");
      boolean missing =
          reason.contains("no such file or directory") || reason.contains("not found in");
      int meant = missing && !denied ? CommandException.NOT_FOUND : CommandException.NOT_EXECUTABLE;
      if (tty) {
        throw new CommandException(meant, new JsonStrings(said).value("msg"));
      }
      return meant;
    } catch (CommandException e) {
      throw e;
    } catch (IOException e) {
      return code;
    } finally {
      delete(pidFile);
      delete(log);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It is on a tmpfs, and small.
    }
  }
}
