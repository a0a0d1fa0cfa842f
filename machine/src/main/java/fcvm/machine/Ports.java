package fcvm.machine;

import fcvm.linux.FileLock;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The machine's virtio-serial ports, each a socket of QEMU's that serves one client at a time. A
/// lock says who has which: it goes when its process does.
record Ports(MachinePaths paths) {
  /// As many as one virtio-serial device has by default, so as many commands at a time.
  static final int COUNT = 31;

  private static final Duration NAP = Duration.ofMillis(50);

  /// Connects to a free port; waits until there is one.
  ///
  /// @throws IOException if nobody listens: the machine does not run
  PortConnection connect() throws IOException {
    while (true) {
      for (int number = 1; number <= COUNT; number++) {
        FileLock lock = FileLock.tryExclusive(paths.portLock(number).toString());
        if (lock != null) {
          return connect(number, lock);
        }
      }
      try {
        Thread.sleep(NAP);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new MachineException("interrupted while all ports of the machine were busy", e);
      }
    }
  }

  /// Whether some session is open.
  boolean anyInUse() throws IOException {
    for (int number = 1; number <= COUNT; number++) {
      try (@Nullable FileLock lock = FileLock.tryExclusive(paths.portLock(number).toString())) {
        if (lock == null) {
          return true;
        }
      }
    }
    return false;
  }

  private PortConnection connect(int number, FileLock lock) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(paths.port(number)));
      return new PortConnection(channel, lock);
    } catch (IOException e) {
      channel.close();
      lock.close();
      throw e;
    }
  }
}
