package fcvm.agent;

import fcvm.agent.protocol.WindowSize;
import fcvm.linux.Children;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.ProgramPath;
import fcvm.linux.Pty;
import fcvm.linux.Spawn;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// A program of this system that is to run, fully worked out.
///
/// @param argv the program and its arguments
/// @param environment all that it gets
/// @param directory its working directory; empty for ours
/// @param interactive whether it gets standard input
/// @param tty whether it gets a terminal
/// @param size the terminal's first size
/// @param kind what its signals and its exit code mean
@SuppressWarnings("ArrayRecordComponent") // a path is bytes; commands are run, never compared
public record Command(
    List<byte[]> argv,
    List<byte[]> environment,
    byte[] directory,
    boolean interactive,
    boolean tty,
    WindowSize size,
    Kind kind) {

  /// How a command is spoken to from outside, and what it says in the end.
  public interface Kind {
    /// Passes on a signal from the host.
    void signal(Child child, Streams streams, int number);

    /// The signal that asks the command to end.
    default int stopSignal() {
      return Children.SIGTERM;
    }

    /// Ends the command and what it started, at once: nobody waits for it any more.
    void kill(Child child, Streams streams);

    /// What the host is told.
    ///
    /// @param code the program's exit code
    /// @throws CommandException if that code only means that the real command could not be run
    int outcome(int code) throws CommandException;
  }

  /// Starts it.
  ///
  /// @throws CommandException if it cannot be executed
  /// @throws LinuxException if there are no descriptors left
  Running start(Reaper reaper) throws LinuxException, CommandException {
    Streams streams = tty ? terminal() : Streams.pipes(interactive);
    try {
      byte[] path = ProgramPath.find(argv.getFirst(), environment);
      Spawn spawn = new Spawn(path, argv, environment, directory, streams.childStdio());
      return new Running(this, spawn(reaper, spawn), streams);
    } catch (CommandException | LinuxException e) {
      streams.close();
      throw e;
    } finally {
      streams.closeChildEnds();
    }
  }

  private Streams terminal() throws LinuxException {
    Pty pty = Pty.open();
    if (!size.equals(WindowSize.UNKNOWN)) {
      pty.resize(size.rows(), size.columns());
    }
    return Streams.terminal(pty);
  }

  private Child spawn(Reaper reaper, Spawn spawn) throws CommandException, LinuxException {
    String program = new String(argv.getFirst(), StandardCharsets.UTF_8);
    checkDirectory();
    try {
      return reaper.spawn(spawn, "executing \"" + program + "\"");
    } catch (LinuxException e) {
      throw CommandException.of(e);
    }
  }

  // Told apart from a program that is not there.
  private void checkDirectory() throws CommandException {
    if (directory.length > 0) {
      String name = new String(directory, StandardCharsets.UTF_8);
      try (Fd _ = Fd.open(inside(directory), Fd.O_PATH)) {
        return;
      } catch (LinuxException e) {
        throw CommandException.of(
            new LinuxException("working directory \"" + name + "\"", e.errno()));
      }
    }
  }

  // A path that exists only below a directory: O_DIRECTORY differs between architectures.
  private static byte[] inside(byte[] directory) {
    byte[] path = Arrays.copyOf(directory, directory.length + 2);
    path[directory.length] = '/';
    path[directory.length + 1] = '.';
    return path;
  }

  /// A command that was started.
  record Running(Command command, Child child, Streams streams) implements AutoCloseable {
    void signal(int number) {
      command.kind.signal(child, streams, number);
    }

    void stop() {
      signal(command.kind.stopSignal());
    }

    void kill() {
      command.kind.kill(child, streams);
    }

    /// Releases its descriptors, once it has ended.
    @Override
    public void close() {
      streams.close();
      child.close();
    }
  }
}
