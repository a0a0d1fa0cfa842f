package fcvm.container.life;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import fcvm.linux.IoReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.Set;

/// The log of a container: what it writes, with stream and time, in a file of bounded size. When
/// that is full it becomes `NAME.1`, and a new one begins.
///
/// A disk that is full, or broken, costs lines and not the container: what was lost is said in the
/// log as soon as it can be written again. Any thread.
public final class LogWriter implements AutoCloseable {
  /// How large a file becomes, unless somebody wants it otherwise.
  public static final long DEFAULT_BYTES = 10L << 20;

  /// The smallest bound: a file holds at least one piece of output.
  public static final long LEAST_BYTES = 1 << 10;

  private final Path file;
  private final long limit;
  private final Clock clock;
  private FileChannel channel;
  private long size;
  private long lost;
  private String reason = "";

  /// Continues the log in a file, or begins it.
  ///
  /// @param limit bytes per file; two files are kept
  public LogWriter(Path file, long limit, Clock clock) throws IOException {
    this.file = file;
    this.limit = limit;
    this.clock = clock;
    this.channel = open();
    this.size = wholeLines();
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(
        file,
        Set.of(CREATE, WRITE, java.nio.file.StandardOpenOption.READ),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  // A writer that was killed in the middle of a line: what it did not finish goes.
  private long wholeLines() throws IOException {
    long end = channel.size();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (end > 0 && channel.read(one.clear(), end - 1) == 1 && one.get(0) != '\n') {
      end--;
    }
    channel.truncate(end);
    return end;
  }

  /// Takes what a stream of the container writes.
  public OutputStream stream(LogRecord.Stream stream) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        append(stream, bytes, offset, length);
      }
    };
  }

  private synchronized void append(LogRecord.Stream stream, byte[] bytes, int offset, int length) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream(length + 64);
    int start = offset;
    for (int at = offset; at < offset + length; at++) {
      if (bytes[at] == '\n') {
        lines.writeBytes(record(stream, true, Arrays.copyOfRange(bytes, start, at)).encoded());
        start = at + 1;
      }
    }
    if (start < offset + length) {
      byte[] rest = Arrays.copyOfRange(bytes, start, offset + length);
      lines.writeBytes(record(stream, false, rest).encoded());
    }
    try {
      sayWhatWasLost();
      write(lines.toByteArray());
    } catch (IOException e) {
      lost += length;
      reason = IoReason.of(e);
    }
  }

  private LogRecord record(LogRecord.Stream stream, boolean isWhole, byte[] text) {
    return new LogRecord(clock.instant(), stream, isWhole, text);
  }

  private void sayWhatWasLost() throws IOException {
    if (lost > 0) {
      String text = lost + " bytes of output are missing here: " + reason;
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      write(record(LogRecord.Stream.FCVM, true, bytes).encoded());
      lost = 0;
    }
  }

  private void write(byte[] bytes) throws IOException {
    if (size > 0 && size + bytes.length > limit) {
      rotate();
    }
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      long at = size;
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
      size = at;
    } catch (IOException e) {
      channel.truncate(size); // no half lines
      throw e;
    }
  }

  private void rotate() throws IOException {
    Files.move(file, previous(file), REPLACE_EXISTING);
    FileChannel next;
    try {
      next = open();
    } catch (IOException e) {
      // Too many are open, perhaps: the old one is still there, and rotated at the next try.
      Files.move(previous(file), file, REPLACE_EXISTING);
      throw e;
    }
    channel.close();
    channel = next;
    size = 0;
  }

  /// Where the file before a file is.
  static Path previous(Path file) {
    return file.resolveSibling(file.getFileName() + ".1");
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
