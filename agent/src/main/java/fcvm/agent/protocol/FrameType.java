package fcvm.agent.protocol;

import org.jspecify.annotations.Nullable;

/// What a frame carries. The codes are the wire format and never change their meaning.
public enum FrameType {
  /// A single zero byte, with neither length nor payload, between frames: skipped. It fills up what
  /// a broken sender left unfinished on a transport that has no connections.
  PADDING(0),
  /// Both ways on such a transport: a new session; 16 bytes of nonce, answered with the same.
  HELLO(1),
  /// Host to guest: a piece of an encoded [ExecRequest].
  EXEC(2),
  /// Host to guest: a piece of an encoded [RunPlan].
  RUN(3),
  /// Guest to host: the command runs. No payload.
  STARTED(4),
  /// Host to guest: bytes for standard input, against credit.
  STDIN(5),
  /// Host to guest: standard input has ended. No payload.
  STDIN_EOF(6),
  /// Guest to host: bytes of standard output, or of the terminal.
  STDOUT(7),
  /// Guest to host: bytes of standard error.
  STDERR(8),
  /// Guest to host: credit for this many more bytes of standard input (4 bytes).
  WINDOW(9),
  /// Host to guest: the terminal's new size, rows and columns (4 bytes each).
  RESIZE(10),
  /// Host to guest: a signal number for the command (4 bytes), or 0 for the one that stops it.
  SIGNAL(11),
  /// Guest to host, last: the exit code (4 bytes), 128+n for signal n.
  EXIT(12),
  /// Guest to host, last: the command could not be run; Podman's code 125, 126 or 127 (4 bytes) and
  /// a sentence.
  ERROR(13),
  /// Guest to host: a phase was reached, see [Event].
  EVENT(14),
  /// Host to guest, last: EXIT or ERROR has arrived. No payload.
  BYE(15);

  private static final FrameType[] BY_CODE = values();

  private final int code;

  FrameType(int code) {
    this.code = code;
  }

  /// The type byte on the wire.
  public int code() {
    return code;
  }

  /// The type with this code, or null.
  static @Nullable FrameType of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }
}
