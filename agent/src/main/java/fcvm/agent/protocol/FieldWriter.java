package fcvm.agent.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Encodes a request's fields in order, see [Fields].
final class FieldWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  FieldWriter() {
    out.write(Fields.VERSION);
  }

  FieldWriter number(int value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(value >> shift);
    }
    return this;
  }

  FieldWriter number(long value) {
    return number((int) (value >> 32)).number((int) value);
  }

  FieldWriter flag(boolean value) {
    out.write(value ? 1 : 0);
    return this;
  }

  FieldWriter bytes(byte[] value) {
    number(value.length);
    out.write(value, 0, value.length);
    return this;
  }

  FieldWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  FieldWriter list(List<byte[]> values) {
    number(values.size());
    for (byte[] value : values) {
      bytes(value);
    }
    return this;
  }

  FieldWriter size(WindowSize size) {
    return number(size.rows()).number(size.columns());
  }

  /// The encoded request.
  ///
  /// @throws ProtocolException TOO_LONG over [Fields#MAX_REQUEST]
  byte[] end() throws ProtocolException {
    out.write(Fields.END);
    Fields.check(out.size());
    return out.toByteArray();
  }
}
