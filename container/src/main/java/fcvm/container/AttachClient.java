package fcvm.container;

import fcvm.agent.protocol.ExecSession;
import fcvm.agent.protocol.WindowSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/// Somebody at a detached container: sees what it writes from now on, and types into it.
public final class AttachClient implements AutoCloseable {
  private final GuestConnection connection;
  private final ExecSession session;
  private final boolean interactive;

  /// Connects to a VM's supervisor.
  ///
  /// @param interactive whether what is read from `in` goes to the container
  /// @throws ContainerException if it has none, or does not answer
  public AttachClient(
      VmRecord vm, boolean interactive, InputStream in, OutputStream out, OutputStream err)
      throws ContainerException {
    if (!vm.life().terms().detached()) {
      throw new ContainerException(
          "VM " + vm.name() + " runs in a terminal: only detached ones can be attached to");
    }
    this.interactive = interactive;
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(VmFiles.attachSocket(vm)));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      this.connection = new GuestConnection(channel);
    } catch (IOException e) {
      throw new ContainerException(
          "VM " + vm.name() + " does not answer: it is starting or ending (" + e.getMessage() + ")",
          e);
    }
    this.session = new ExecSession(connection.input(), connection.output(), in, out, err);
  }

  /// The exit code of a VM once it ends; empty if its supervisor does not tell.
  static Optional<Integer> exitCode(VmRecord vm) {
    OutputStream nowhere = OutputStream.nullOutputStream();
    try (AttachClient client =
        new AttachClient(vm, false, InputStream.nullInputStream(), nowhere, nowhere)) {
      return Optional.of(client.run());
    } catch (IOException | ContainerException e) {
      return Optional.empty();
    }
  }

  /// Stays until the container ends.
  ///
  /// @return its exit code
  /// @throws IOException if the connection was closed: from this side, to detach, or because what
  ///   comes is not read
  public int run() throws IOException {
    return session.joined(interactive);
  }

  /// Sends the container a signal.
  public void signal(int number) throws IOException {
    session.signal(number);
  }

  /// Tells the container its terminal's size.
  public void resize(WindowSize size) {
    try {
      session.resize(size);
    } catch (IOException e) {
      return; // run() tells
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
