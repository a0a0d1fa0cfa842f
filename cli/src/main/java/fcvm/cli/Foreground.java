package fcvm.cli;

import fcvm.agent.protocol.WindowSize;
import fcvm.linux.LinuxException;
import fcvm.linux.Terminal;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// This process as the front of a command that runs elsewhere: its signals go there, its window's
/// size follows, and from [#attach] on all that is typed is for the command.
final class Foreground {
  private final boolean interactive;
  private final boolean tty;
  private Terminal.@Nullable Raw raw;
  private boolean over;

  /// @param interactive whether the command reads standard input
  /// @param tty whether the command has a terminal
  Foreground(boolean interactive, boolean tty) {
    this.interactive = interactive;
    this.tty = tty;
  }

  /// The terminal's size now; unknown without a terminal.
  static WindowSize window() {
    for (int fd : new int[] {Terminal.STDIN, Terminal.STDOUT}) {
      if (Terminal.isTerminal(fd)) {
        Terminal.Size size = Terminal.size(fd);
        return new WindowSize(size.rows(), size.columns());
      }
    }
    return WindowSize.UNKNOWN;
  }

  /// Says what Podman says when `-t` has no terminal to show.
  static void checkTty(boolean tty, Invocation invocation) {
    if (tty && !Terminal.isTerminal(Terminal.STDIN)) {
      invocation
          .warnings()
          .accept(
              "the input device is not a TTY. The --tty and --interactive flags might not work"
                  + " properly");
    }
  }

  /// Leaves the terminal to the command's own until the work is done: it shows bytes as they come,
  /// and if the command reads, every byte goes to it at once and none is a signal. Any thread.
  synchronized void attach() {
    if (tty && raw == null && !over && Terminal.isTerminal(Terminal.STDIN)) {
      try {
        raw = interactive ? Terminal.raw(Terminal.STDIN) : Terminal.rawOutput(Terminal.STDIN);
      } catch (LinuxException e) {
        return; // it went away meanwhile
      }
    }
  }

  private synchronized void detach() {
    over = true;
    if (raw != null) {
      raw.close();
    }
  }

  /// Does the work in front of which this process is.
  ///
  /// @param signals takes SIGHUP, SIGINT and SIGTERM
  /// @param windows takes the window's new sizes
  int run(IntConsumer signals, Consumer<WindowSize> windows, Callable<Integer> work)
      throws Exception {
    // The way out that no block sees: System.exit from elsewhere.
    Thread restore = new Thread(this::detach);
    Runtime.getRuntime().addShutdownHook(restore);
    try (Signals _ = Signals.take(Signals.ending(), signals);
        Signals _ = Signals.take(windowSignals(), _ -> windows.accept(window()))) {
      return work.call();
    } finally {
      detach();
      Runtime.getRuntime().removeShutdownHook(restore);
    }
  }

  private Map<Integer, String> windowSignals() {
    return tty ? Map.of(Signals.SIGWINCH, "WINCH") : Map.of();
  }
}
