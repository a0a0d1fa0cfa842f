package fcvm.agent.protocol;

import fcvm.agent.protocol.ProtocolException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Decodes a request's fields in order, see [Fields]. Every length is checked against the bytes
/// that are there before anything is allocated.
final class FieldReader {
  /// Makes a request of its fields.
  @FunctionalInterface
  interface Decoder<T> {
    /// Reads the fields in order.
    ///
    /// @throws IllegalArgumentException for values that such a request cannot have
    T decode(FieldReader in) throws ProtocolException;
  }

  private final ByteBuffer in;

  /// Decodes a whole request.
  static <T> T decode(byte[] encoded, Decoder<T> decoder) throws ProtocolException {
    FieldReader in = new FieldReader(encoded);
    try {
      T request = decoder.decode(in);
      in.end();
      return request;
    } catch (IllegalArgumentException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  private FieldReader(byte[] encoded) throws ProtocolException {
    this.in = ByteBuffer.wrap(encoded);
    byte version = take(1).get();
    if (version != Fields.VERSION) {
      throw new ProtocolException(
          Reason.MALFORMED, "protocol version " + version + ", this side speaks " + Fields.VERSION);
    }
  }

  int number() throws ProtocolException {
    return take(Integer.BYTES).getInt();
  }

  long longNumber() throws ProtocolException {
    return take(Long.BYTES).getLong();
  }

  boolean flag() throws ProtocolException {
    return switch (take(1).get()) {
      case 0 -> false;
      case 1 -> true;
      default -> throw malformed("a flag that is neither 0 nor 1");
    };
  }

  byte[] bytes() throws ProtocolException {
    ByteBuffer field = take(number());
    byte[] value = new byte[field.remaining()];
    field.get(value);
    return value;
  }

  String text() throws ProtocolException {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  List<byte[]> list() throws ProtocolException {
    int count = number();
    if (count < 0 || count > in.remaining() / Integer.BYTES) {
      throw malformed("a list of " + Integer.toUnsignedString(count) + " elements");
    }
    List<byte[]> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(bytes());
    }
    return values;
  }

  WindowSize size() throws ProtocolException {
    return WindowSize.clamped(number(), number());
  }

  /// The request must be over here.
  private void end() throws ProtocolException {
    if (in.remaining() != 1 || in.get() != Fields.END) {
      throw malformed("no end mark after the last field");
    }
  }

  private ByteBuffer take(int length) throws ProtocolException {
    if (length < 0 || length > in.remaining()) {
      throw malformed("a field of " + Integer.toUnsignedString(length) + " bytes");
    }
    ByteBuffer field = in.slice(in.position(), length);
    in.position(in.position() + length);
    return field;
  }

  private static ProtocolException malformed(String what) {
    return new ProtocolException(Reason.MALFORMED, "malformed request: " + what);
  }
}
