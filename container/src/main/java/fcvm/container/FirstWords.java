package fcvm.container;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// The beginning of what was written to standard error: why a container did not start.
final class FirstWords extends OutputStream {
  private static final int MOST = 4096;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Override
  public synchronized void write(int b) {
    if (bytes.size() < MOST) {
      bytes.write(b);
    }
  }

  @Override
  public synchronized void write(byte[] from, int offset, int length) {
    bytes.write(from, offset, Math.min(length, MOST - bytes.size()));
  }

  /// Adds a line of our own.
  void say(String line) {
    byte[] text = (line + "\n").getBytes(StandardCharsets.UTF_8);
    write(text, 0, text.length);
  }

  /// What was said, without Podman's own beginning of an error.
  synchronized String text() {
    String text = bytes.toString(StandardCharsets.UTF_8).strip();
    return text.startsWith("Error: ") ? text.substring("Error: ".length()) : text;
  }
}
