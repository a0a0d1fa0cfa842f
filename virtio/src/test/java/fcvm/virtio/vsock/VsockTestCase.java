package fcvm.virtio.vsock;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.virtio.vsock.MockGuest.Packet;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A vsock device with its guest, and clients and listeners of the host.
@Timeout(60)
abstract class VsockTestCase {
  @TempDir Path directory;
  Path path;
  MockGuest guest;

  @BeforeEach
  void start() throws IOException {
    path = directory.resolve("v.sock");
    guest = new MockGuest(path, 128);
  }

  @AfterEach
  void stop() {
    guest.close();
  }

  SocketChannel client(String line) throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
    channel.write(ByteBuffer.wrap(line.getBytes(US_ASCII)));
    return channel;
  }

  ServerSocketChannel listener(int port) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return server.bind(UnixDomainSocketAddress.of(path + "_" + port));
  }

  static byte[] read(SocketChannel channel, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /// A connection that a client of the host made and the guest accepted.
  record Pair(SocketChannel channel, int hostPort, int guestPort) {}

  Pair pair() throws IOException {
    SocketChannel channel = client("CONNECT 1025\n");
    Packet request = guest.accept();
    String expected = "OK " + Integer.toUnsignedString(request.hostPort()) + "\n";
    assertThat(new String(read(channel, expected.length()), US_ASCII)).isEqualTo(expected);
    return new Pair(channel, request.hostPort(), request.guestPort());
  }

  /// As `read`, where the device may have closed with bytes of ours unread.
  static byte[] readUntilClosed(SocketChannel channel) {
    try {
      return read(channel, 10);
    } catch (IOException e) {
      return new byte[0];
    }
  }
}
