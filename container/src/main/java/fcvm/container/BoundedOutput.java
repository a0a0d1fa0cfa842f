package fcvm.container;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Keeps the first of what is written to it, and lets go of the rest: whoever writes may be
/// hostile.
public final class BoundedOutput extends OutputStream {
  private final int limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

  /// @param limit bytes that are kept
  public BoundedOutput(int limit) {
    this.limit = limit;
  }

  @Override
  public synchronized void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    kept.write(bytes, offset, Math.min(length, limit - kept.size()));
  }

  public synchronized byte[] bytes() {
    return kept.toByteArray();
  }

  /// As UTF-8.
  public synchronized String text() {
    return kept.toString(StandardCharsets.UTF_8);
  }
}
