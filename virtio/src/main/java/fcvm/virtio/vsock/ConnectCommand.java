package fcvm.virtio.vsock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import fcvm.linux.Errno;
import fcvm.linux.UnixSocket;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  private static final Pattern LINE = Pattern.compile("CONNECT ([0-9]{1,10})\r?\n");
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
    Matcher matcher = LINE.matcher(new String(line, 0, length, US_ASCII));
    if (!matcher.matches()) {
      return REFUSED;
    }
    long port = Long.parseLong(matcher.group(1));
    return port > 0xffff_ffffL ? REFUSED : new Progress.Port((int) port);
  }
}
