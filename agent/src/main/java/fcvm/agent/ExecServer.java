package fcvm.agent;

import fcvm.linux.FdInputStream;
import fcvm.linux.FdOutputStream;
import fcvm.linux.LinuxException;
import fcvm.linux.VsockSocket;
import java.io.IOException;

/// Serves commands over vsock: a thread that accepts, and one for each connection.
final class ExecServer {
  private static final int BACKLOG = 128;

  private final VsockSocket socket;
  private final ExecService service;
  private final Console console;

  private ExecServer(VsockSocket socket, ExecService service, Console console) {
    this.socket = socket;
    this.service = service;
    this.console = console;
  }

  /// Serves from now on, as long as the guest lives.
  ///
  /// @param port the vsock port
  /// @throws LinuxException if there is no vsock, or the port is taken
  static void start(int port, ExecService service, Console console) throws LinuxException {
    VsockSocket socket = VsockSocket.listen(port, BACKLOG);
    ExecServer server = new ExecServer(socket, service, console);
    Thread.ofPlatform().daemon().name("exec").start(server::accept);
  }

  private void accept() {
    try {
      while (true) {
        VsockSocket connection = socket.accept();
        Thread.ofPlatform().daemon().name("session").start(() -> serve(connection));
      }
    } catch (LinuxException e) {
      console.error("no more commands: " + e.getMessage());
    }
  }

  private void serve(VsockSocket connection) {
    try (connection) {
      service.serve(new FdInputStream(connection.fd()), new FdOutputStream(connection.fd()));
    } catch (IOException e) {
      console.debug("a session ended early: " + e.getMessage());
    }
  }
}
