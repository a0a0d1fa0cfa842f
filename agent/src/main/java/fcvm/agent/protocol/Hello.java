package fcvm.agent.protocol;

import fcvm.agent.protocol.ProtocolException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/// How a session begins on a transport that has no connections: a serial port, on which bytes of
/// sessions that died half-way may still be under way in both directions.
///
/// The host sends [#preamble]: more padding than any unfinished frame can swallow, then HELLO with
/// a nonce and its time of day. The guest ends what ran on the port and sends [#answer]. The host
/// skips everything before its own nonce, see [#awaitAnswer].
///
/// @param nonce 16 random bytes, never shown to anybody else
/// @param hostTimeNanos the host's clock, nanoseconds since 1970: the guest may have been asleep
@SuppressWarnings("ArrayRecordComponent") // a nonce is compared by Arrays.equals only
public record Hello(byte[] nonce, long hostTimeNanos) {
  /// Zero bytes before a HELLO: a whole frame, and some that the guest takes as a sign.
  public static final int PADDING = Frame.HEADER + Frame.MAX_PAYLOAD + 64;

  /// Bytes in a HELLO's payload from the host; the answer's is the nonce alone.
  public static final int PAYLOAD = Frame.NONCE + Long.BYTES;

  private static final long NANOS_PER_MILLI = 1_000_000;

  public Hello {
    if (nonce.length != Frame.NONCE) {
      throw new IllegalArgumentException("a nonce of " + nonce.length + " bytes");
    }
  }

  /// A new session, now.
  public static Hello now() {
    byte[] nonce = new byte[Frame.NONCE];
    new SecureRandom().nextBytes(nonce);
    return new Hello(nonce, System.currentTimeMillis() * NANOS_PER_MILLI);
  }

  /// Reads the payload of a HELLO from the host.
  public static Hello of(byte[] payload) throws ProtocolException {
    if (payload.length != PAYLOAD) {
      throw new ProtocolException(Reason.MALFORMED, "a HELLO of " + payload.length + " bytes");
    }
    long time = ByteBuffer.wrap(payload).getLong(Frame.NONCE);
    return new Hello(Arrays.copyOf(payload, Frame.NONCE), time);
  }

  /// What the host sends first.
  public byte[] preamble() {
    ByteBuffer bytes = ByteBuffer.allocate(PADDING + Frame.HEADER + PAYLOAD);
    bytes.position(PADDING);
    bytes.put((byte) FrameType.HELLO.code()).putInt(PAYLOAD).put(nonce).putLong(hostTimeNanos);
    return bytes.array();
  }

  /// What the guest sends back.
  public Frame answer() {
    return new Frame(FrameType.HELLO, nonce);
  }

  /// Skips bytes until the answer has passed. What follows belongs to this session.
  ///
  /// @param in read byte by byte: buffer it
  /// @throws ProtocolException TRUNCATED if the stream ends before
  public void awaitAnswer(InputStream in) throws IOException {
    ByteBuffer wanted = ByteBuffer.allocate(Frame.HEADER + Frame.NONCE);
    wanted.put((byte) FrameType.HELLO.code()).putInt(Frame.NONCE).put(nonce);
    byte[] seen = new byte[wanted.capacity()];
    do {
      int next = in.read();
      if (next < 0) {
        throw new ProtocolException(Reason.TRUNCATED, "the guest hung up before it answered");
      }
      System.arraycopy(seen, 1, seen, 0, seen.length - 1);
      seen[seen.length - 1] = (byte) next;
    } while (!Arrays.equals(seen, wanted.array()));
  }
}
