package fcvm.agent;

import fcvm.agent.protocol.Event;
import fcvm.agent.protocol.ExecSession;
import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameReader;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.ProtocolException;
import fcvm.agent.protocol.ProtocolException.Reason;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One command on its way from STARTED to EXIT. Its output is moved on a thread of its own, its
/// input on another; the thread that serves the host reads frames and never waits for the command.
final class CommandRun {
  private static final int MAX_SIGNAL = 64;

  private final Command.Running running;
  private final Host host;
  private final @Nullable StdinPump input;
  private final Thread output;

  private CommandRun(Command.Running running, Host host) throws LinuxException {
    this.running = running;
    this.host = host;
    Fd stdin = running.streams().stdin();
    this.input =
        running.command().interactive() && stdin != null
            ? new StdinPump(stdin, running.streams().isTerminal(), host)
            : null;
    this.output = Thread.ofPlatform().daemon().name("output").unstarted(this::moveOutput);
  }

  /// Starts a command and says so to the host.
  ///
  /// @throws CommandException if it cannot be run; nothing is left behind
  static CommandRun start(Command command, Reaper reaper, Host host) throws CommandException {
    try {
      CommandRun run = new CommandRun(command.start(reaper), host);
      host.write(Event.now("command-started").frame());
      host.write(Frame.empty(FrameType.STARTED));
      run.output.start();
      return run;
    } catch (LinuxException e) {
      throw new CommandException(CommandException.FAILED, String.valueOf(e.getMessage()));
    }
  }

  /// Does what the host says until it says BYE, hangs up or says nonsense; a command that still
  /// runs then is killed. Returns when the command has ended and everything is released.
  ///
  /// @throws ProtocolException for nonsense
  void serve(FrameReader frames) throws IOException {
    try {
      Frame frame;
      while ((frame = frames.read()) != null && frame.type() != FrameType.BYE) {
        handle(frame);
      }
    } finally {
      host.isGone();
      running.kill();
      awaitEnd();
      running.close();
    }
  }

  private void handle(Frame frame) throws IOException {
    switch (frame.type()) {
      case STDIN -> {
        if (input != null) {
          input.add(frame.payload());
        }
      }
      case STDIN_EOF -> {
        if (input != null) {
          input.end();
        }
      }
      case SIGNAL -> signal(frame.number());
      case RESIZE -> running.streams().resize(frame.size());
      default -> throw new ProtocolException(Reason.UNEXPECTED, "the host sent " + frame.type());
    }
  }

  private void signal(int number) throws ProtocolException {
    if (number < 0 || number > MAX_SIGNAL) {
      throw new ProtocolException(Reason.MALFORMED, "signal " + number);
    }
    if (number == ExecSession.STOP) {
      running.stop();
    } else {
      running.signal(number);
    }
  }

  private void moveOutput() {
    Frame last;
    try {
      new OutputPump(running, host).run();
      host.write(Event.now("command-ended").frame());
      last = Frame.exit(running.command().kind().outcome(running.child().code()));
    } catch (CommandException e) {
      last = Frame.error(e.code(), String.valueOf(e.getMessage()));
    } catch (LinuxException e) {
      running.kill();
      last = Frame.error(CommandException.FAILED, String.valueOf(e.getMessage()));
    }
    if (input != null) {
      input.close();
    }
    host.write(last);
  }

  /// Whether the command has ended and the host was told.
  boolean isOver() {
    return !output.isAlive();
  }

  /// Waits until the command has ended and the host was told.
  void awaitEnd() {
    boolean interrupted = false;
    while (output.isAlive()) {
      try {
        output.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
