package fcvm.container.life;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads a container's log from its beginning, while it may still grow and begin new files.
///
/// One thread.
public final class LogReader implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;
  private static final int LONGEST_LINE = 1 << 20;

  private final Path file;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private @Nullable FileChannel channel;
  private @Nullable Object key;

  public LogReader(Path file) throws IOException {
    this.file = file;
    if (!open(LogWriter.previous(file))) {
      open(file);
    }
  }

  private boolean open(Path which) throws IOException {
    try {
      Object its = Files.getAttribute(which, "unix:ino");
      FileChannel next = FileChannel.open(which, StandardOpenOption.READ);
      // The file may have changed its name between the two.
      while (!Files.getAttribute(which, "unix:ino").equals(its)) {
        next.close();
        its = Files.getAttribute(which, "unix:ino");
        next = FileChannel.open(which, StandardOpenOption.READ);
      }
      close();
      channel = next;
      key = its;
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// The next line, if one has been written.
  public Optional<LogRecord> next() throws IOException {
    while (true) {
      byte[] text = line();
      if (text == null) {
        return Optional.empty();
      }
      Optional<LogRecord> record = LogRecord.parse(text);
      if (record.isPresent()) {
        return record;
      }
    }
  }

  /// All that is there and wanted, of which only the last so many whole lines.
  ///
  /// @param tail how many; negative for all
  public List<LogRecord> rest(long tail, Predicate<LogRecord> isWanted) throws IOException {
    List<LogRecord> all = new ArrayList<>();
    for (Optional<LogRecord> record = next(); record.isPresent(); record = next()) {
      record.filter(isWanted).ifPresent(all::add);
    }
    if (tail < 0) {
      return all;
    }
    int from = all.size();
    long lines = 0;
    // An unfinished line at the end counts as one.
    while (from > 0 && lines + (endsLine(all, from - 1) ? 1 : 0) <= tail) {
      lines += endsLine(all, from - 1) ? 1 : 0;
      from--;
    }
    return all.subList(from, all.size());
  }

  private static boolean endsLine(List<LogRecord> all, int index) {
    return all.get(index).isWhole() || index == all.size() - 1;
  }

  private byte @Nullable [] line() throws IOException {
    while (true) {
      while (buffer.hasRemaining()) {
        byte b = buffer.get();
        if (b == '\n') {
          byte[] text = line.toByteArray();
          line.reset();
          return text;
        }
        if (line.size() < LONGEST_LINE) {
          line.write(b);
        }
      }
      if (!fill() && !nextFile()) {
        return null;
      }
    }
  }

  private boolean fill() throws IOException {
    FileChannel open = channel;
    if (open == null) {
      return open(file);
    }
    int length = open.read(buffer.clear());
    buffer.flip();
    return length > 0;
  }

  // After the end of one that is not the present one any more.
  private boolean nextFile() throws IOException {
    try {
      if (Files.getAttribute(file, "unix:ino").equals(key)) {
        return false;
      }
      // What was written before it changed its name.
      if (fill()) {
        return true;
      }
      line.reset();
      return open(file);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    FileChannel open = channel;
    if (open != null) {
      open.close();
      channel = null;
    }
  }
}
