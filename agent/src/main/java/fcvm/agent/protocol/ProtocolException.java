package fcvm.agent.protocol;

import java.io.IOException;

/// The other side sent what the protocol does not allow, or we were asked to send it.
public final class ProtocolException extends IOException {
  private static final long serialVersionUID = 1;

  /// In which way.
  public enum Reason {
    /// A type byte that no frame has.
    UNKNOWN_TYPE,
    /// A length or a request over its limit.
    TOO_LONG,
    /// The stream ended inside a frame or a request.
    TRUNCATED,
    /// A payload that does not decode.
    MALFORMED,
    /// A frame that has no place here, such as output before the command was started.
    UNEXPECTED
  }

  private final Reason reason;

  /// @param message what was wrong, for people
  public ProtocolException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
