package fcvm.cli;

import fcvm.agent.protocol.InnerFcvm;
import fcvm.agent.protocol.WindowSize;
import fcvm.container.Interruption;
import fcvm.machine.Machine;
import fcvm.machine.MachineSession;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs a command in an emulated machine as if it ran here: streams, terminal, signals and exit
/// code pass through.
final class Forward {
  // The command in the machine deals with two itself: it passes the first one on, the second ends
  // its VM.
  private static final int SIGNALS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Invocation invocation;
  private final Streams streams;
  private final boolean interactive;
  private final boolean tty;
  private final Interruption interruption;
  private final List<String> environment = new ArrayList<>();
  private volatile @Nullable MachineSession session;

  Forward(Invocation invocation, boolean interactive, boolean tty) {
    this(invocation, invocation.streams(), interactive, tty);
  }

  /// @param time how long the command itself waits after a signal
  Forward(Invocation invocation, boolean interactive, boolean tty, Duration time) {
    this(invocation, invocation.streams(), interactive, tty, PATIENCE.plus(time));
  }

  /// @param streams the command's, instead of this process's
  Forward(Invocation invocation, Streams streams, boolean interactive, boolean tty) {
    this(invocation, streams, interactive, tty, PATIENCE);
  }

  private Forward(
      Invocation invocation, Streams streams, boolean interactive, boolean tty, Duration patience) {
    this.invocation = invocation;
    this.streams = streams;
    this.interactive = interactive;
    this.tty = tty;
    this.interruption = new Interruption(SIGNALS, patience);
  }

  /// Gives the command a variable.
  void variable(String name, String value) {
    environment.add(name + "=" + value);
  }

  /// Makes a machine ready to take the command.
  @FunctionalInterface
  interface Ready {
    Machine machine() throws Exception;
  }

  /// `fcvm` in a machine, with these arguments.
  static List<String> fcvm(Invocation invocation, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(InnerFcvm.PROGRAM));
    if (invocation.globals().debug()) {
      command.add("--debug");
    }
    // What may take long was done on this side; what is left there is too short to show.
    command.addAll(List.of("--progress", "none"));
    command.addAll(arguments);
    return command;
  }

  /// Runs a command in the machine that gets ready first; a signal may end that, too.
  ///
  /// @return its exit code; 128+n if signal n ended it
  int run(Ready ready, List<String> command) throws Exception {
    return run(ready, () -> command);
  }

  /// The same with a command that is known only when the machine is ready.
  ///
  /// @param command asked for when the machine is ready
  int run(Ready ready, Supplier<List<String>> command) throws Exception {
    Foreground foreground = new Foreground(interactive, tty);
    Foreground.checkTty(tty, invocation);
    try (interruption;
        Signals _ = Signals.take(Signals.ending(), interruption::signal)) {
      // The terminal becomes raw only when nothing of ours is shown on it any more.
      Machine machine = ready.machine();
      return foreground.run(
          interruption::signal,
          this::resize,
          () -> {
            foreground.attach();
            return converse(machine, command.get());
          });
    } catch (Exception e) {
      if (interruption.first() != 0) {
        return interruption.exitCode();
      }
      throw e;
    }
  }

  private void resize(WindowSize size) {
    MachineSession open = session;
    if (open != null) {
      try {
        open.resize(size);
      } catch (IOException e) {
        return; // await() tells
      }
    }
  }

  private List<String> environment() {
    List<String> all = new ArrayList<>(environment);
    if (tty) {
      invocation.variable("TERM").ifPresent(term -> all.add("TERM=" + Raw.of(term)));
    }
    return all;
  }

  private int converse(Machine machine, List<String> command) throws IOException {
    try (MachineSession open =
        machine.open(
            Machines.request(command, environment(), interactive, tty, Foreground.window()),
            streams.in(),
            streams.out(),
            streams.err())) {
      session = open;
      interruption.stopWith(open::close);
      interruption.forwardTo(open::signal);
      return open.await();
    }
  }
}
