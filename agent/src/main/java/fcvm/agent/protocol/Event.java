package fcvm.agent.protocol;

import fcvm.agent.protocol.ProtocolException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A phase that the guest has reached.
///
/// @param name such as `agent-started`
/// @param nanos the guest's monotonic clock: nanoseconds since its kernel started
public record Event(String name, long nanos) {
  /// This event now.
  public static Event now(String name) {
    return new Event(name, System.nanoTime());
  }

  /// As an EVENT: eight bytes of time, the name in UTF-8.
  public Frame frame() {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer payload = ByteBuffer.allocate(Long.BYTES + bytes.length);
    return new Frame(FrameType.EVENT, payload.putLong(nanos).put(bytes).array());
  }

  /// Reads an EVENT.
  public static Event of(Frame frame) throws ProtocolException {
    byte[] payload = frame.payload();
    if (payload.length < Long.BYTES) {
      throw new ProtocolException(Reason.MALFORMED, "an event of " + payload.length + " bytes");
    }
    int length = payload.length - Long.BYTES;
    String name = new String(payload, Long.BYTES, length, StandardCharsets.UTF_8);
    return new Event(name, ByteBuffer.wrap(payload).getLong());
  }
}
