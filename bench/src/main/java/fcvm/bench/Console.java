package fcvm.bench;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/// What a guest prints, in lines. It is the guest's text: no more of it is kept than the beginning
/// of a line and a few lines, and only what is printable.
final class Console extends OutputStream {
  static final int LINE_CHARACTERS = 200;
  private static final int LAST_LINES = 5;

  private final Consumer<String> lines;
  private final StringBuilder line = new StringBuilder();
  private final Deque<String> last = new ArrayDeque<>();

  /// @param lines takes each line, cut to [#LINE_CHARACTERS]
  Console(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public synchronized void write(int b) {
    if (b == '\n') {
      end();
    } else if (b >= ' ' && b <= '~' && line.length() < LINE_CHARACTERS) {
      line.append((char) b);
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    text.chars().forEach(this::write);
  }

  private void end() {
    String text = line.toString();
    line.setLength(0);
    if (!text.isBlank()) {
      last.addLast(text);
      if (last.size() > LAST_LINES) {
        last.removeFirst();
      }
      lines.accept(text);
    }
  }

  /// What was said last.
  synchronized String lastWords() {
    return String.join("\n", last);
  }
}
