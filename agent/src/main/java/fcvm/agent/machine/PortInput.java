package fcvm.agent.machine;

import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.Hello;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Cuts what arrives on a port into sessions: an endless stream of bytes in, and as this stream the
/// frames of one session at a time, which ends before the next HELLO.
///
/// It looks at frame headers only. A header that no frame has means that a sender died inside one:
/// the session ends, and everything is skipped until padding and a HELLO.
///
/// One thread at a time.
final class PortInput extends InputStream {
  private enum State {
    /// At a frame of the session.
    IN_STEP,
    /// Somewhere in what a dead sender left.
    OUT_OF_STEP,
    /// After a HELLO, which begins the next session.
    AT_HELLO,
    /// The host has hung up.
    HUNG_UP
  }

  // Zero bytes before a HELLO that is to be believed while out of step.
  private static final int SIGN = Frame.HEADER;

  private final InputStream port;
  private final byte[] buffer = new byte[Frame.HEADER + Frame.MAX_PAYLOAD];
  private int position;
  private int limit;

  private State state = State.OUT_OF_STEP;
  private @Nullable Hello hello;
  private final byte[] header = new byte[Frame.HEADER];
  private int headerLeft;
  private int payloadLeft;

  /// @param port ends when the host has hung up
  PortInput(InputStream port) {
    this.port = port;
  }

  /// Ends the session, if there is one, and skips to the next.
  ///
  /// @return null when the host has hung up
  @Nullable Hello nextSession() throws IOException {
    byte[] skipped = new byte[Frame.MAX_PAYLOAD];
    while (read(skipped, 0, skipped.length) >= 0) {
      // Frames that nobody waits for any more.
    }
    if (state == State.OUT_OF_STEP) {
      resync();
    }
    if (state != State.AT_HELLO) {
      return null;
    }
    state = State.IN_STEP;
    return hello;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (headerLeft == 0 && payloadLeft == 0 && !nextFrame()) {
      return -1;
    }
    if (headerLeft > 0) {
      int copied = Math.min(length, headerLeft);
      System.arraycopy(header, Frame.HEADER - headerLeft, into, offset, copied);
      headerLeft -= copied;
      return copied;
    }
    if (!fill()) {
      payloadLeft = 0;
      return -1;
    }
    int copied = Math.min(length, Math.min(payloadLeft, limit - position));
    System.arraycopy(buffer, position, into, offset, copied);
    position += copied;
    payloadLeft -= copied;
    return copied;
  }

  // To the next frame of the session; false when the session is over.
  private boolean nextFrame() throws IOException {
    int code = FrameType.PADDING.code();
    while (state == State.IN_STEP && code == FrameType.PADDING.code()) {
      code = next();
    }
    if (state != State.IN_STEP) {
      return false;
    }
    int length = length(code);
    if (state != State.IN_STEP) {
      return false;
    }
    if (code == FrameType.HELLO.code() && length == Hello.PAYLOAD) {
      readHello();
      return false;
    }
    if (code >= FrameType.values().length || length < 0 || length > Frame.MAX_PAYLOAD) {
      state = State.OUT_OF_STEP;
      return false;
    }
    headerLeft = Frame.HEADER;
    payloadLeft = length;
    return true;
  }

  // Keeps the header, for the session to read.
  private int length(int code) throws IOException {
    header[0] = (byte) code;
    int length = 0;
    for (int i = 1; i < Frame.HEADER; i++) {
      header[i] = (byte) next();
      length = length << 8 | (header[i] & 0xff);
    }
    return length;
  }

  private void readHello() throws IOException {
    byte[] payload = new byte[Hello.PAYLOAD];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) next();
    }
    if (state != State.HUNG_UP) {
      hello = Hello.of(payload);
      state = State.AT_HELLO;
    }
  }

  // Skips to padding and a HELLO, or to the end.
  private void resync() throws IOException {
    int zeros = 0;
    while (state == State.OUT_OF_STEP) {
      int b = next();
      boolean helloMayFollow = b == FrameType.HELLO.code() && zeros >= SIGN;
      zeros = b == FrameType.PADDING.code() ? zeros + 1 : 0;
      if (helloMayFollow && length(b) == Hello.PAYLOAD) {
        readHello();
      }
    }
  }

  // The next byte; at the end HUNG_UP and -1.
  private int next() throws IOException {
    if (!fill()) {
      return -1;
    }
    return buffer[position++] & 0xff;
  }

  private boolean fill() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(port.read(buffer, 0, buffer.length), 0);
      if (limit == 0) {
        state = State.HUNG_UP;
      }
    }
    return position < limit;
  }
}
