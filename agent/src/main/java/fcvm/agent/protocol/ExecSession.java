package fcvm.agent.protocol;

import fcvm.agent.protocol.ProtocolException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The host's side of one command in a guest: sends the request, moves the streams byte for byte,
/// and returns the exit code.
///
/// [#await] runs on the caller's thread and writes the output; standard input is read on a thread
/// of its own, which ends with the process if a read blocks for ever. [#signal] and [#resize] may
/// be called from any thread once the request was sent. The session does not close the streams that
/// it was given: to abandon a command, close its connection.
public final class ExecSession {
  /// No signal, but the one that stops the command, whichever that is.
  public static final int STOP = 0;

  private final FrameReader frames;
  private final FrameWriter writer;
  private final InputStream stdin;
  private final OutputStream stdout;
  private final OutputStream stderr;
  private final Consumer<Event> events;
  private final StdinWindow window = new StdinWindow();
  private boolean interactive;

  /// @param fromGuest the connection's input
  /// @param toGuest the connection's output
  /// @param stdin read only if the request is interactive
  public ExecSession(
      InputStream fromGuest,
      OutputStream toGuest,
      InputStream stdin,
      OutputStream stdout,
      OutputStream stderr) {
    this(new FrameReader(fromGuest), new FrameWriter(toGuest), stdin, stdout, stderr, _ -> {});
  }

  /// @param frames a reader that has already served, as after a HELLO
  /// @param events told of each phase that the guest reports, on the thread in [#await]
  public ExecSession(
      FrameReader frames,
      FrameWriter writer,
      InputStream stdin,
      OutputStream stdout,
      OutputStream stderr,
      Consumer<Event> events) {
    this.frames = frames;
    this.writer = writer;
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    this.events = events;
  }

  /// Asks for a command. Call once, before [#await].
  ///
  /// @throws ProtocolException TOO_LONG if the request is over 1 MiB; nothing is sent then
  public void send(ExecRequest request) throws IOException {
    writer.write(request);
    interactive = request.interactive();
  }

  /// Asks for the microVM's container. Call once, before [#await].
  ///
  /// @throws ProtocolException TOO_LONG if the plan is over 1 MiB; nothing is sent then
  public void send(RunPlan plan) throws IOException {
    writer.write(plan);
    interactive = plan.interactive();
  }

  /// As [#await], for a command that somebody else asked for.
  ///
  /// @param sendsInput whether standard input goes to it
  public int joined(boolean sendsInput) throws IOException {
    interactive = sendsInput;
    return await();
  }

  /// Moves the streams until the command has ended and all its output is written and flushed.
  ///
  /// @return the command's exit code; 128+n after signal n; 125, 126 or 127 if it could not be run,
  ///   with the reason written to stderr as Podman does
  /// @throws IOException if the connection breaks first, or stdout or stderr cannot be written
  public int await() throws IOException {
    if (interactive) {
      Thread.ofPlatform().daemon().name("stdin").start(this::pumpStdin);
    }
    try {
      Integer code;
      do {
        code = handle(next());
      } while (code == null);
      sayBye();
      return code;
    } finally {
      window.close();
    }
  }

  // A guest that is already gone has no need of it.
  private void sayBye() {
    try {
      writer.write(Frame.empty(FrameType.BYE));
    } catch (IOException e) {
      // As above.
    }
  }

  private Frame next() throws IOException {
    Frame frame = frames.read();
    if (frame == null) {
      throw new ProtocolException(
          Reason.TRUNCATED, "the connection to the guest ended before the command did");
    }
    return frame;
  }

  // The exit code once there is one.
  private @Nullable Integer handle(Frame frame) throws IOException {
    switch (frame.type()) {
      case STDOUT -> write(stdout, frame.payload());
      case STDERR -> write(stderr, frame.payload());
      case WINDOW -> window.give(frame.number());
      case EVENT -> events.accept(Event.of(frame));
      case STARTED -> {}
      case EXIT -> {
        return frame.number();
      }
      case ERROR -> {
        write(stderr, ("Error: " + frame.text() + "\n").getBytes(StandardCharsets.UTF_8));
        return frame.number();
      }
      case PADDING, HELLO, EXEC, RUN, STDIN, STDIN_EOF, RESIZE, SIGNAL, BYE ->
          throw new ProtocolException(Reason.UNEXPECTED, "the guest sent " + frame.type());
    }
    return null;
  }

  private static void write(OutputStream out, byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /// Sends a signal to the command.
  ///
  /// @param number Linux's, such as 15
  public void signal(int number) throws IOException {
    writer.write(Frame.number(FrameType.SIGNAL, number));
  }

  /// Sends the signal that stops the command: of a container its own, which its image may set.
  public void stop() throws IOException {
    writer.write(Frame.number(FrameType.SIGNAL, STOP));
  }

  /// Tells the command that its terminal has a new size.
  public void resize(WindowSize size) throws IOException {
    writer.write(Frame.resize(size));
  }

  private void pumpStdin() {
    byte[] buffer = new byte[Frame.MAX_PAYLOAD];
    try {
      int allowed;
      while ((allowed = window.take(buffer.length)) > 0) {
        int length = readStdin(buffer, allowed);
        if (length < 0) {
          writer.write(Frame.empty(FrameType.STDIN_EOF));
          return;
        }
        window.give(allowed - length);
        writer.write(FrameType.STDIN, buffer, 0, length);
      }
    } catch (IOException e) {
      // The connection broke: await, which reads from it, reports that with its cause.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // An input that cannot be read any more has ended, as far as the command is concerned.
  private int readStdin(byte[] buffer, int length) {
    try {
      return stdin.read(buffer, 0, length);
    } catch (IOException e) {
      return -1;
    }
  }
}
