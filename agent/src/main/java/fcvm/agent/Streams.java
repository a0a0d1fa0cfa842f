package fcvm.agent;

import fcvm.agent.protocol.WindowSize;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.Pipe;
import fcvm.linux.Pty;
import fcvm.linux.Spawn.Stdio;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Our ends of a command's standard streams, and until it is started the command's own.
public final class Streams implements AutoCloseable {
  private final @Nullable Fd stdin;
  private final Fd stdout;
  private final @Nullable Fd stderr;
  private final @Nullable Pty pty;
  private final Stdio childStdio;
  private final List<Fd> childEnds;

  private Streams(
      @Nullable Fd stdin,
      Fd stdout,
      @Nullable Fd stderr,
      @Nullable Pty pty,
      Stdio childStdio,
      List<Fd> childEnds) {
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    this.pty = pty;
    this.childStdio = childStdio;
    this.childEnds = childEnds;
  }

  /// A pipe per stream.
  ///
  /// @param interactive otherwise standard input is `/dev/null`
  static Streams pipes(boolean interactive) throws LinuxException {
    List<Fd> opened = new ArrayList<>();
    try {
      Pipe out = opened(Pipe.open(), opened);
      Pipe err = opened(Pipe.open(), opened);
      Fd input;
      Fd stdin = null;
      if (interactive) {
        Pipe in = opened(Pipe.open(), opened);
        in.writer().setNonBlocking();
        stdin = in.writer();
        input = in.reader();
      } else {
        input = Fd.open("/dev/null", Fd.O_RDONLY);
      }
      Stdio stdio = new Stdio.Descriptors(input, out.writer(), err.writer());
      List<Fd> childEnds = List.of(input, out.writer(), err.writer());
      return new Streams(stdin, out.reader(), err.reader(), null, stdio, childEnds);
    } catch (LinuxException e) {
      opened.forEach(Fd::close);
      throw e;
    }
  }

  private static Pipe opened(Pipe pipe, List<Fd> opened) {
    opened.add(pipe.reader());
    opened.add(pipe.writer());
    return pipe;
  }

  /// One terminal for all.
  static Streams terminal(Pty pty) throws LinuxException {
    Fd master = pty.master();
    master.setNonBlocking();
    return new Streams(master, master, null, pty, new Stdio.Terminal(pty.name()), List.of());
  }

  Stdio childStdio() {
    return childStdio;
  }

  /// Where the command's input is written, non-blocking; null if it gets none.
  @Nullable Fd stdin() {
    return stdin;
  }

  Fd stdout() {
    return stdout;
  }

  /// Null on a terminal, where there is only one output.
  @Nullable Fd stderr() {
    return stderr;
  }

  boolean isTerminal() {
    return pty != null;
  }

  /// Sets the terminal's size; without a terminal, nothing happens.
  void resize(WindowSize size) throws LinuxException {
    if (pty != null) {
      pty.resize(size.rows(), size.columns());
    }
  }

  /// The process group that has the terminal, or 0.
  public int foregroundGroup() {
    return pty == null ? 0 : pty.foregroundGroup();
  }

  /// The command has its ends now, or never will.
  void closeChildEnds() {
    childEnds.forEach(Fd::close);
  }

  /// Closes our ends; a terminal is hung up.
  @Override
  public void close() {
    if (stdin != null) {
      stdin.close();
    }
    stdout.close();
    if (stderr != null) {
      stderr.close();
    }
  }
}
