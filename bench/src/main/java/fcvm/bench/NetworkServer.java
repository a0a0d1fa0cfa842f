package fcvm.bench;

import fcvm.provision.ToolTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// What a guest measures against: iperf3's server, and one where every byte comes back.
final class NetworkServer implements AutoCloseable {
  static final int IPERF_PORT = 5201;

  private static final String SETPRIV = "/usr/bin/setpriv";

  private final Process iperf;
  private final ServerSocket echo;

  NetworkServer(ToolTree tools) throws IOException {
    // It dies with the thread that starts it, so a killed bench leaves nobody behind.
    List<String> command = new ArrayList<>();
    if (new java.io.File(SETPRIV).canExecute()) {
      command.addAll(List.of(SETPRIV, "--pdeathsig", "KILL", "--"));
    }
    command.addAll(tools.command("iperf3", List.of("-s", "-p", Integer.toString(IPERF_PORT))));
    this.echo = new ServerSocket(0);
    this.iperf =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    iperf.getOutputStream().close();
    Thread.ofPlatform().daemon().name("echo").start(this::serve);
  }

  int echoPort() {
    return echo.getLocalPort();
  }

  private void serve() {
    while (!echo.isClosed()) {
      try (Socket socket = echo.accept();
          InputStream in = socket.getInputStream();
          OutputStream out = socket.getOutputStream()) {
        socket.setTcpNoDelay(true);
        for (int next = in.read(); next >= 0; next = in.read()) {
          out.write(next);
        }
      } catch (IOException e) {
        System.getLogger(NetworkServer.class.getName())
            .log(System.Logger.Level.DEBUG, "a connection ended", e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    iperf.destroyForcibly().onExit().join();
    echo.close();
  }
}
