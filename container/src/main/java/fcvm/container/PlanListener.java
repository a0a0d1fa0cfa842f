package fcvm.container;

import fcvm.agent.protocol.Event;
import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameReader;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.VsockPorts;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/// Where a guest fetches its plan: port [VsockPorts#RUN] of the host, which is the socket
/// `VSOCK_1024` beside the vsock device's own. It must listen before the guest runs.
final class PlanListener implements AutoCloseable {
  private final ServerSocketChannel channel;
  private final Path path;
  private volatile @Nullable GuestConnection pending;

  PlanListener(Path vsock) throws IOException {
    this.path = vsock.resolveSibling(vsock.getFileName() + "_" + VsockPorts.RUN);
    this.channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(path));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
  }

  /// Waits for the guest's agent. Closing the listener, or interrupting the thread, ends the wait.
  ///
  /// A connection counts once the agent has said that it started. The guest's kernel gives up
  /// connecting after two seconds, which a slow guest may need, and its agent tries again: what
  /// breaks before the first frame is such a try.
  ///
  /// @return the connection; its agent's first frame has been read
  /// @throws ClosedChannelException if the wait was ended
  Greeting await() throws IOException {
    while (true) {
      GuestConnection connection = new GuestConnection(channel.accept());
      pending = connection;
      FrameReader frames = new FrameReader(connection.input());
      try {
        Frame first = frames.read();
        if (first != null && first.type() == FrameType.EVENT) {
          pending = null;
          return new Greeting(connection, frames, Event.of(first));
        }
      } catch (ClosedChannelException e) {
        throw e; // from this side
      } catch (IOException e) {
        // Reset by the guest: the same as an end.
      }
      connection.close();
    }
  }

  @Override
  public void close() throws IOException {
    GuestConnection waiting = pending;
    if (waiting != null) {
      waiting.close();
    }
    try (channel) {
      Files.deleteIfExists(path);
    }
  }

  /// An agent that has come.
  ///
  /// @param frames the only reader of the connection
  /// @param started when the agent started
  record Greeting(GuestConnection connection, FrameReader frames, Event started)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      connection.close();
    }
  }
}
