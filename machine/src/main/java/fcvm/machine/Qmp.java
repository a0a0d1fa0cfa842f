package fcvm.machine;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// QEMU's monitor protocol, as much of it as is needed: `quit`.
final class Qmp {
  private static final String QUIT =
      "{\"execute\": \"qmp_capabilities\"}\n{\"execute\": \"quit\"}\n";

  private Qmp() {}

  /// Tells QEMU to end at once, with its disks written. Does not wait for it.
  static void quit(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap(QUIT.getBytes(StandardCharsets.US_ASCII)));
      // QEMU stops reading when its client goes, so wait for it to go first.
      ByteBuffer answers = ByteBuffer.allocate(1024);
      while (channel.read(answers.clear()) >= 0) {
        // Greeting and answers say nothing new.
      }
    }
  }
}
