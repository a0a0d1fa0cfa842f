package fcvm.agent.protocol;

import fcvm.agent.protocol.ProtocolException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// One frame: a type byte, the payload's length as four bytes big-endian, the payload.
///
/// @param payload at most [#MAX_PAYLOAD] bytes; owned by the frame, not copied
@SuppressWarnings(
    "ArrayRecordComponent") // frames are moved, never compared; bytes are what they are
public record Frame(FrameType type, byte[] payload) {
  /// Bytes of type and length.
  public static final int HEADER = 5;

  /// The longest payload, in bytes.
  public static final int MAX_PAYLOAD = 65_536;

  /// Bytes in a HELLO's nonce.
  public static final int NONCE = 16;

  private static final byte[] NOTHING = {};

  public Frame {
    if (payload.length > MAX_PAYLOAD) {
      throw new IllegalArgumentException("a payload of " + payload.length + " bytes");
    }
  }

  /// A frame without payload.
  public static Frame empty(FrameType type) {
    return new Frame(type, NOTHING);
  }

  /// WINDOW, SIGNAL, EXIT: one number.
  public static Frame number(FrameType type, int number) {
    return new Frame(type, ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
  }

  public static Frame exit(int code) {
    return number(FrameType.EXIT, code);
  }

  /// @param code 125, 126 or 127, as Podman means them
  /// @param text what failed, on what, what to do; cut to what a frame holds
  public static Frame error(int code, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, MAX_PAYLOAD - Integer.BYTES);
    ByteBuffer payload = ByteBuffer.allocate(Integer.BYTES + length);
    return new Frame(FrameType.ERROR, payload.putInt(code).put(bytes, 0, length).array());
  }

  public static Frame resize(WindowSize size) {
    ByteBuffer payload = ByteBuffer.allocate(2 * Integer.BYTES);
    payload.putInt(size.rows()).putInt(size.columns());
    return new Frame(FrameType.RESIZE, payload.array());
  }

  /// The number of a WINDOW, SIGNAL or EXIT, or the code of an ERROR.
  public int number() throws ProtocolException {
    boolean fits =
        type == FrameType.ERROR ? payload.length >= Integer.BYTES : payload.length == Integer.BYTES;
    if (!fits) {
      throw malformed();
    }
    return ByteBuffer.wrap(payload).getInt();
  }

  /// The sentence of an ERROR.
  public String text() throws ProtocolException {
    if (payload.length < Integer.BYTES) {
      throw malformed();
    }
    int length = payload.length - Integer.BYTES;
    return new String(payload, Integer.BYTES, length, StandardCharsets.UTF_8);
  }

  /// The size in a RESIZE.
  public WindowSize size() throws ProtocolException {
    if (payload.length != 2 * Integer.BYTES) {
      throw malformed();
    }
    ByteBuffer buffer = ByteBuffer.wrap(payload);
    return WindowSize.clamped(buffer.getInt(), buffer.getInt());
  }

  private ProtocolException malformed() {
    return new ProtocolException(
        Reason.MALFORMED, "a frame " + type + " with a payload of " + payload.length + " bytes");
  }

  @Override
  public String toString() {
    return type + "[" + payload.length + "]";
  }
}
