package fcvm.agent.protocol;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/// Writes frames to a byte stream, each with one write and flushed. Any thread may write; frames do
/// not mix.
public final class FrameWriter {
  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock();
  private final byte[] buffer = new byte[Frame.HEADER + Frame.MAX_PAYLOAD];

  /// @param out the transport; needs no buffer of its own
  public FrameWriter(OutputStream out) {
    this.out = out;
  }

  public void write(Frame frame) throws IOException {
    piece(frame.type(), frame.payload(), 0, frame.payload().length);
  }

  /// Writes bytes in as many frames of `type` as they take; none for no bytes.
  public void write(FrameType type, byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; done += Frame.MAX_PAYLOAD) {
      piece(type, bytes, offset + done, Math.min(length - done, Frame.MAX_PAYLOAD));
    }
  }

  /// Asks for a command.
  ///
  /// @throws ProtocolException TOO_LONG if the request encodes to over 1 MiB; nothing is sent then
  public void write(ExecRequest request) throws IOException {
    request(FrameType.EXEC, request.encoded());
  }

  /// Asks for the microVM's container.
  ///
  /// @throws ProtocolException TOO_LONG if the plan encodes to over 1 MiB; nothing is sent then
  public void write(RunPlan plan) throws IOException {
    request(FrameType.RUN, plan.encoded());
  }

  // The piece that is not full ends the request, so a request of full pieces needs an empty one.
  private void request(FrameType type, byte[] encoded) throws IOException {
    write(type, encoded, 0, encoded.length);
    if (encoded.length % Frame.MAX_PAYLOAD == 0) {
      write(Frame.empty(type));
    }
  }

  private void piece(FrameType type, byte[] bytes, int offset, int length) throws IOException {
    lock.lock();
    try {
      buffer[0] = (byte) type.code();
      buffer[1] = 0;
      buffer[2] = (byte) (length >> 16);
      buffer[3] = (byte) (length >> 8);
      buffer[4] = (byte) length;
      System.arraycopy(bytes, offset, buffer, Frame.HEADER, length);
      out.write(buffer, 0, Frame.HEADER + length);
      out.flush();
    } finally {
      lock.unlock();
    }
  }
}
