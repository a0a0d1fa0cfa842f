package fcvm.agent.protocol;

import fcvm.agent.protocol.ProtocolException.Reason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Reads frames from a byte stream. One thread at a time. It never holds more than one frame and
/// one buffer, whatever arrives.
public final class FrameReader {
  private final InputStream in;

  /// @param in the transport; buffered here
  public FrameReader(InputStream in) {
    this.in = new BufferedInputStream(in, Frame.HEADER + Frame.MAX_PAYLOAD);
  }

  /// The next frame that is not padding.
  ///
  /// @return null when the stream ended between two frames
  /// @throws ProtocolException for bytes that are no frame; the stream is then of no more use
  public @Nullable Frame read() throws IOException {
    int code;
    do {
      code = in.read();
    } while (code == FrameType.PADDING.code());
    if (code < 0) {
      return null;
    }
    FrameType type = FrameType.of(code);
    if (type == null) {
      throw new ProtocolException(Reason.UNKNOWN_TYPE, "a frame of unknown type " + code);
    }
    return new Frame(type, exactly(length(type)));
  }

  private int length(FrameType type) throws IOException {
    byte[] bytes = exactly(Integer.BYTES);
    int length = 0;
    for (byte b : bytes) {
      length = (length << 8) | (b & 0xff);
    }
    if (length < 0 || length > Frame.MAX_PAYLOAD) {
      throw new ProtocolException(
          Reason.TOO_LONG,
          "a frame " + type + " of " + Integer.toUnsignedString(length) + " bytes");
    }
    return length;
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new ProtocolException(Reason.TRUNCATED, "the connection ended inside a frame");
    }
    return bytes;
  }

  /// Reads a request that spans frames: those of `type`, up to and including the first that is not
  /// full.
  ///
  /// @param first the first of them, already read
  /// @throws ProtocolException TOO_LONG over [Fields#MAX_REQUEST], before more is read
  byte[] request(Frame first) throws IOException {
    FrameType type = first.type();
    byte[] request = first.payload();
    Frame piece = first;
    while (piece.payload().length == Frame.MAX_PAYLOAD) {
      piece = read();
      if (piece == null) {
        throw new ProtocolException(Reason.TRUNCATED, "the connection ended inside a request");
      }
      if (piece.type() != type) {
        throw new ProtocolException(Reason.UNEXPECTED, piece.type() + " inside " + type);
      }
      request = Fields.append(request, piece.payload());
    }
    return request;
  }
}
