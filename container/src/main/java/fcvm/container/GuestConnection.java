package fcvm.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A vsock connection to a guest, as the host sees it: a unix socket.
///
/// Interrupting a thread that reads or writes closes the connection.
public final class GuestConnection implements AutoCloseable {
  private static final int LONGEST_ANSWER = 32;
  private static final long NOT_READING = Long.MAX_VALUE;

  private final SocketChannel channel;
  private volatile long readingSince = NOT_READING;

  GuestConnection(SocketChannel channel) {
    this.channel = channel;
  }

  /// Connects to a port that the guest listens on, by the protocol of Firecracker's vsock device:
  /// `CONNECT port`, answered by `OK port` or by the end.
  ///
  /// @throws IOException if the guest does not listen there
  public static GuestConnection connect(Path vsock, int port) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(vsock));
      channel.write(
          ByteBuffer.wrap(("CONNECT " + port + "\n").getBytes(StandardCharsets.US_ASCII)));
      String answer = line(channel);
      if (!answer.startsWith("OK ")) {
        throw new IOException("the guest does not listen on port " + port);
      }
      return new GuestConnection(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  // Byte by byte: what follows the line belongs to the reader after us.
  private static String line(SocketChannel channel) throws IOException {
    StringBuilder line = new StringBuilder();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (line.length() < LONGEST_ANSWER && channel.read(one.clear()) == 1 && one.get(0) != '\n') {
      line.append((char) one.get(0));
    }
    return line.toString();
  }

  /// What comes from the guest.
  public InputStream input() {
    InputStream in = Channels.newInputStream(channel);
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        readingSince = System.nanoTime();
        try {
          return in.read(into, offset, length);
        } finally {
          readingSince = NOT_READING;
        }
      }
    };
  }

  /// What goes to the guest.
  public OutputStream output() {
    return Channels.newOutputStream(channel);
  }

  /// Whether a reader has waited for this long without getting a byte: there is nothing more on its
  /// way. A reader that is busy passing on what it got is not waiting.
  boolean isSilentFor(long nanos) {
    long since = readingSince;
    return since != NOT_READING && System.nanoTime() - since >= nanos;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
