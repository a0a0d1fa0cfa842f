package fcvm.machine;

import fcvm.agent.protocol.ExecSession;
import fcvm.agent.protocol.WindowSize;
import java.io.IOException;
import java.util.function.Supplier;

/// One command in the machine. Closing it before the command has ended kills the command and what
/// it started.
public final class MachineSession implements AutoCloseable {
  private final ExecSession session;
  private final PortConnection port;
  private final Supplier<String> reason;

  MachineSession(ExecSession session, PortConnection port, Supplier<String> reason) {
    this.session = session;
    this.port = port;
    this.reason = reason;
  }

  /// Moves the streams until the command has ended and all its output is written.
  ///
  /// @return its exit code, as [ExecSession#await] has it
  /// @throws MachineException if the machine ends first
  public int await() throws IOException {
    try {
      return session.await();
    } catch (IOException e) {
      String why = reason.get();
      throw why.isEmpty() ? e : new MachineException(why, e);
    }
  }

  /// Sends a signal to the command. Any thread.
  public void signal(int number) throws IOException {
    session.signal(number);
  }

  /// Tells the command its terminal's new size. Any thread.
  public void resize(WindowSize size) throws IOException {
    session.resize(size);
  }

  @Override
  public void close() {
    port.close();
  }
}
