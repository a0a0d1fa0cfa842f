package fcvm.virtio.vsock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import fcvm.linux.Errno;
import fcvm.linux.UnixSocket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Reads the line `CONNECT <port>\n` with which a client of the host says where it wants to go. Not
/// a byte more: what follows the line belongs to the guest.
final class ConnectCommand {
  /// What has been read so far.
  sealed interface Progress {
    /// The line is not complete.
    record Incomplete() implements Progress {}

    /// The client wants this port of the guest (unsigned).
    record Port(int number) implements Progress {}

    /// The line is something else, or the client is gone.
    record Refused() implements Progress {}
  }

  private static final int MAX_LINE = 32;
  private static final int MAX_DIGITS = 10;
  private static final String COMMAND = "CONNECT ";
  private static final Progress INCOMPLETE = new Progress.Incomplete();
  private static final Progress REFUSED = new Progress.Refused();

  private final byte[] line = new byte[MAX_LINE];
  private int length;

  /// Reads on as far as there is something.
  ///
  /// @param scratch a byte of native memory
  Progress read(UnixSocket socket, MemorySegment scratch) {
    while (length < MAX_LINE) {
      long result = socket.readResult(scratch);
      if (result == -Errno.EAGAIN.number()) {
        return INCOMPLETE;
      }
      if (result <= 0) {
        return REFUSED;
      }
      byte next = scratch.get(ValueLayout.JAVA_BYTE, 0);
      line[length++] = next;
      if (next == '\n') {
        return parse();
      }
    }
    return REFUSED;
  }

  private Progress parse() {
    int end = length > 1 && line[length - 2] == '\r' ? length - 2 : length - 1;
    String text = new String(line, 0, end, US_ASCII);
    if (!text.startsWith(COMMAND)) {
      return REFUSED;
    }
    String number = text.substring(COMMAND.length());
    if (number.isEmpty() || number.length() > MAX_DIGITS) {
      return REFUSED;
    }
    long port = 0;
    for (int i = 0; i < number.length(); i++) {
      int digit = number.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return REFUSED;
      }
      port = 10 * port + digit;
    }
    return port > 0xffff_ffffL ? REFUSED : new Progress.Port((int) port);
  }
}
