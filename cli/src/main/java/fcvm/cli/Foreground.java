package fcvm.cli;

import fcvm.agent.protocol.WindowSize;
import fcvm.linux.LinuxException;
import fcvm.linux.Terminal;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/// This process as the front of a command that runs elsewhere: its signals go there, its terminal
/// is raw, and its window's size follows.
final class Foreground {
  private final boolean rawTerminal;
  private final IntConsumer signals;
  private final Consumer<WindowSize> windows;

  /// @param interactive whether the command reads standard input
  /// @param tty whether the command has a terminal
  /// @param signals takes SIGHUP, SIGINT and SIGTERM
  /// @param windows takes the window's new sizes
  Foreground(boolean interactive, boolean tty, IntConsumer signals, Consumer<WindowSize> windows) {
    this.rawTerminal = interactive && tty && Terminal.isTerminal(Terminal.STDIN);
    this.signals = signals;
    this.windows = windows;
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

  /// Does the work in front of which this process is.
  int run(Callable<Integer> work) throws Exception {
    try (Signals _ = Signals.take(Signals.ending(), signals)) {
      return rawTerminal ? runRaw(work) : work.call();
    }
  }

  private int runRaw(Callable<Integer> work) throws Exception {
    Terminal.Raw raw;
    try {
      raw = Terminal.raw(Terminal.STDIN);
    } catch (LinuxException e) {
      return work.call(); // it went away meanwhile
    }
    // The way out that no block sees: System.exit from elsewhere.
    Thread restore = new Thread(raw::close);
    Runtime.getRuntime().addShutdownHook(restore);
    try (raw;
        Signals _ =
            Signals.take(Map.of(Signals.SIGWINCH, "WINCH"), _ -> windows.accept(window()))) {
      return work.call();
    } finally {
      raw.close();
      Runtime.getRuntime().removeShutdownHook(restore);
    }
  }
}
