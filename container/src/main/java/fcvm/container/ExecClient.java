package fcvm.container;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.ExecSession;
import fcvm.agent.protocol.VsockPorts;
import fcvm.agent.protocol.WindowSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// One command in a VM that runs already, from another process than its monitor.
public final class ExecClient implements AutoCloseable {
  private final VmRecord vm;
  private final GuestConnection connection;
  private final ExecSession session;

  /// Connects to a VM's agent.
  ///
  /// @throws ContainerException if the agent does not answer
  public ExecClient(VmRecord vm, InputStream in, OutputStream out, OutputStream err)
      throws ContainerException {
    this.vm = vm;
    try {
      this.connection = GuestConnection.connect(vm.vsock(), VsockPorts.EXEC);
    } catch (IOException e) {
      throw new ContainerException(
          "VM " + vm.name() + " does not answer: it is starting or ending (" + e.getMessage() + ")",
          e);
    }
    this.session = new ExecSession(connection.input(), connection.output(), in, out, err);
  }

  /// Runs the command.
  ///
  /// @return its exit code
  /// @throws ContainerException if the VM ends before the command does
  /// @throws IOException if the local streams cannot be written
  public int run(ExecRequest request) throws IOException, ContainerException {
    session.send(request);
    return session.await();
  }

  /// Sends the command a signal; if it cannot be reached any more, nothing happens.
  public void signal(int number) {
    try {
      session.signal(number);
    } catch (IOException e) {
      // The connection is broken: run() says so.
      return;
    }
  }

  /// Tells the command its terminal's size.
  public void resize(WindowSize size) {
    try {
      session.resize(size);
    } catch (IOException e) {
      // The connection is broken: run() says so.
      return;
    }
  }

  /// The VM that it is in.
  public VmRecord vm() {
    return vm;
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
