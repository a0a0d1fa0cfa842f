package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Two descriptors: what is written to one is read from the other, `pipe2(2)`.
public record Pipe(Fd reader, Fd writer) implements AutoCloseable {
  private static final MemorySegment PIPE2 = Libc.function("pipe2");

  public static Pipe open() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(JAVA_INT, 2);
      LinuxException.check("pipe2", Libc.callInt(PIPE2, pair.address(), Fd.O_CLOEXEC));
      return new Pipe(
          Fd.of(pair.getAtIndex(JAVA_INT, 0), "pipe"), Fd.of(pair.getAtIndex(JAVA_INT, 1), "pipe"));
    }
  }

  /// Closes both ends.
  @Override
  public void close() {
    reader.close();
    writer.close();
  }
}
