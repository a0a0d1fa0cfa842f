package fcvm.container.life;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;

/// What happened to the VMs of a store, in a log of bounded size: a line of JSON each, in the form
/// of a container's log. Its writers take turns by the store's lock.
public final class EventLog {
  private static final long BYTES = 1 << 20;

  private final Path file;

  public EventLog(Path file) {
    this.file = file;
  }

  /// Adds an event. One that cannot be written is lost: what happened matters more.
  public void append(VmEvent event) {
    try (LogWriter log = new LogWriter(file, BYTES, Clock.systemUTC());
        OutputStream out = log.stream(LogRecord.Stream.FCVM)) {
      out.write((event.json() + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return; // as above
    }
  }

  /// Reads it from its beginning.
  public LogReader reader() throws IOException {
    return new LogReader(file);
  }
}
