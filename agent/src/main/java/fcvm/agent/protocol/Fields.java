package fcvm.agent.protocol;

import fcvm.agent.protocol.ProtocolException.Reason;
import java.util.Arrays;

/// The encoding of requests, shared by both directions: a version byte, the fields in order, and an
/// end mark. Numbers are big-endian; a byte string is its length and its bytes; a list its size and
/// its elements.
///
/// The end mark is not zero, so a request that broke off and was filled up with padding does not
/// decode as a shorter command.
final class Fields {
  /// The longest encoded request, in bytes.
  static final int MAX_REQUEST = 1 << 20;

  static final byte VERSION = 1;
  static final byte END = (byte) 0xff;

  private Fields() {}

  /// One more piece of a request.
  static byte[] append(byte[] request, byte[] piece) throws ProtocolException {
    int length = request.length + piece.length;
    check(length);
    byte[] longer = Arrays.copyOf(request, length);
    System.arraycopy(piece, 0, longer, request.length, piece.length);
    return longer;
  }

  static void check(int length) throws ProtocolException {
    if (length > MAX_REQUEST) {
      throw new ProtocolException(
          Reason.TOO_LONG,
          "the command, its environment and options take more than " + MAX_REQUEST + " bytes");
    }
  }
}
