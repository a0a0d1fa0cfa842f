package fcvm.agent;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.ExecRequest.Target;
import fcvm.agent.protocol.ExecSession;
import fcvm.agent.protocol.WindowSize;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An agent in this process, reached over real sockets.
final class Guest implements AutoCloseable {
  // It waits for any child, so there is one for all tests.
  private static final Reaper REAPER = Reaper.start();

  private final Path directory;
  private final ServerSocketChannel server;
  private final ExecService service =
      new ExecService(
          REAPER, new SystemTarget(List.of("FROM_SYSTEM=yes".getBytes(StandardCharsets.UTF_8))));

  Guest() throws IOException {
    directory = Files.createTempDirectory("guest");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(directory.resolve("exec")), 200);
    Thread.ofPlatform().daemon().name("accept").start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel connection = server.accept();
        Thread.ofPlatform().daemon().name("session").start(() -> serve(connection));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      service.serve(Channels.newInputStream(connection), Channels.newOutputStream(connection));
    } catch (IOException e) {
      // The tests that break connections look at what is left.
    }
  }

  SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("exec")));
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(directory.resolve("exec"));
    Files.delete(directory);
  }

  /// What a command did.
  @SuppressWarnings("ArrayRecordComponent") // bytes are what output is
  record Result(int code, byte[] stdout, byte[] stderr) {
    String out() {
      return new String(stdout, StandardCharsets.UTF_8);
    }

    String err() {
      return new String(stderr, StandardCharsets.UTF_8);
    }
  }

  Result sh(String script) throws IOException {
    return run(request("sh", "-c", script), InputStream.nullInputStream());
  }

  Result run(ExecRequest request, byte[] stdin) throws IOException {
    return run(request, new ByteArrayInputStream(stdin));
  }

  Result run(ExecRequest request, InputStream stdin) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (SocketChannel connection = connect()) {
      int code = session(connection, request, stdin, out, err).await();
      return new Result(code, out.toByteArray(), err.toByteArray());
    }
  }

  ExecSession session(
      SocketChannel connection,
      ExecRequest request,
      InputStream stdin,
      OutputStream out,
      OutputStream err)
      throws IOException {
    ExecSession session =
        new ExecSession(
            Channels.newInputStream(connection),
            Channels.newOutputStream(connection),
            stdin,
            out,
            err);
    session.send(request);
    return session;
  }

  static ExecRequest request(String... argv) {
    return request(false, false, bytes(argv));
  }

  static ExecRequest interactive(String... argv) {
    return request(true, false, bytes(argv));
  }

  static ExecRequest terminal(String... argv) {
    return request(true, true, bytes(argv));
  }

  static ExecRequest request(boolean interactive, boolean tty, List<byte[]> argv) {
    WindowSize size = new WindowSize(24, 80);
    return new ExecRequest(Target.SYSTEM, argv, List.of(), new byte[0], "", interactive, tty, size);
  }

  private static List<byte[]> bytes(String... argv) {
    List<byte[]> bytes = new ArrayList<>();
    for (String argument : argv) {
      bytes.add(argument.getBytes(StandardCharsets.UTF_8));
    }
    return bytes;
  }
}
