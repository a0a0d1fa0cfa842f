package fcvm.container;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// An output of this process that remembers that it failed: what looks like a broken session was a
/// reader that went away, as in `fcvm podman run … | head -1`.
public final class PipeOutput extends FilterOutputStream {
  private volatile boolean broken;

  public PipeOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  /// Whether a write failed.
  public boolean isBroken() {
    return broken;
  }
}
