package fcvm.agent;

import fcvm.agent.protocol.Frame;
import fcvm.agent.protocol.FrameType;
import fcvm.agent.protocol.FrameWriter;
import java.io.IOException;

/// The other side of a session: takes frames as long as it is there. Any thread.
final class Host {
  private final FrameWriter writer;
  private volatile boolean gone;

  Host(FrameWriter writer) {
    this.writer = writer;
  }

  /// @return false if the host is gone: the frame is dropped
  boolean write(Frame frame) {
    try {
      if (!gone) {
        writer.write(frame);
      }
    } catch (IOException e) {
      gone = true;
    }
    return !gone;
  }

  /// @return false if the host is gone: the bytes are dropped
  boolean write(FrameType type, byte[] bytes, int length) {
    try {
      if (!gone) {
        writer.write(type, bytes, 0, length);
      }
    } catch (IOException e) {
      gone = true;
    }
    return !gone;
  }

  /// Nothing is written any more.
  void isGone() {
    gone = true;
  }
}
