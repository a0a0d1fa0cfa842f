package fcvm.container;

import fcvm.agent.protocol.VsockPorts;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Where a guest fetches its plan: port [VsockPorts#RUN] of the host, which is the socket
/// `VSOCK_1024` beside the vsock device's own. It must listen before the guest runs.
final class PlanListener implements AutoCloseable {
  private final ServerSocketChannel channel;
  private final Path path;

  PlanListener(Path vsock) throws IOException {
    this.path = vsock.resolveSibling(vsock.getFileName() + "_" + VsockPorts.RUN);
    this.channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(path));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
  }

  /// Waits for the guest. Closing the listener, or interrupting the thread, ends the wait.
  ///
  /// @throws java.nio.channels.ClosedChannelException if the wait was ended
  GuestConnection accept() throws IOException {
    return new GuestConnection(channel.accept());
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(path);
    }
  }
}
