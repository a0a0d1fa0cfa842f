package fcvm.container.life;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;

/// One line of a container's log, as Podman's and Kubernetes' log files have it: `TIME STREAM F|P
/// TEXT`. P is a part of a line: no line end belongs to it.
///
/// @param time when it was written
/// @param stream what it was written to
/// @param isWhole whether the text ends with a line end, which is not in it
/// @param text byte for byte
@SuppressWarnings("ArrayRecordComponent") // written and read, never compared
public record LogRecord(Instant time, Stream stream, boolean isWhole, byte[] text) {
  private static final int SHORTEST = 4;

  /// Where a record comes from.
  public enum Stream {
    STDOUT,
    STDERR,
    /// Not from the container: what fcvm has to say of the log itself.
    FCVM;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// As a line of the file, its end included.
  public byte[] encoded() {
    byte[] head =
        (time + " " + stream + (isWhole ? " F " : " P ")).getBytes(StandardCharsets.US_ASCII);
    byte[] line = Arrays.copyOf(head, head.length + text.length + 1);
    System.arraycopy(text, 0, line, head.length, text.length);
    line[line.length - 1] = '\n';
    return line;
  }

  /// What it was in the stream.
  public byte[] bytes() {
    if (!isWhole) {
      return text;
    }
    byte[] line = Arrays.copyOf(text, text.length + 1);
    line[text.length] = '\n';
    return line;
  }

  /// Reads a line without its end.
  ///
  /// @return empty for what no such line is: the computer may have stopped in the middle of one
  public static Optional<LogRecord> parse(byte[] line) {
    String head = new String(line, 0, Math.min(line.length, 64), StandardCharsets.ISO_8859_1);
    String[] words = head.split(" ", SHORTEST);
    if (words.length < SHORTEST || !(words[2].equals("F") || words[2].equals("P"))) {
      return Optional.empty();
    }
    int start = words[0].length() + words[1].length() + words[2].length() + 3;
    try {
      return Optional.of(
          new LogRecord(
              Instant.parse(words[0]),
              Stream.valueOf(words[1].toUpperCase(java.util.Locale.ROOT)),
              words[2].equals("F"),
              Arrays.copyOfRange(line, start, line.length)));
    } catch (DateTimeParseException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
