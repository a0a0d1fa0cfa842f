package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketTest {
  private static final long EAGAIN = -Errno.EAGAIN.number();

  private final MemorySegment bytes = Arena.ofAuto().allocate(16);
  @TempDir Path directory;

  @Test
  void carriesBytesUntilEachSideHasSentAll() throws LinuxException {
    try (UnixSocket listener = UnixSocket.listen(directory.resolve("s"), 1);
        UnixSocket client = UnixSocket.connect(directory.resolve("s"));
        UnixSocket server = listener.accept()) {
      assertThat(client.readResult(bytes)).isEqualTo(EAGAIN);
      bytes.set(ValueLayout.JAVA_BYTE, 0, (byte) 7);
      assertThat(server.writeResult(bytes.asSlice(0, 3))).isEqualTo(3);
      server.shutdownWrite();
      assertThat(client.readResult(bytes)).isEqualTo(3);
      assertThat(client.readResult(bytes)).isZero();
      assertThat(client.writeResult(bytes)).isEqualTo(16);
      assertThat(server.readResult(bytes)).isEqualTo(16);
      server.shutdownRead();
      assertThat(client.writeResult(bytes)).isEqualTo(-Errno.EPIPE.number());
    }
  }

  @Test
  void aLargerBufferTakesMore() throws LinuxException {
    long usual = taken(UnixSocket.pair(), false);
    assertThat(taken(UnixSocket.pair(), true)).isGreaterThan(usual);
  }

  private static long taken(List<UnixSocket> pair, boolean isLarge) throws LinuxException {
    MemorySegment piece = Arena.ofAuto().allocate(4096);
    try (UnixSocket writer = pair.get(0);
        UnixSocket _ = pair.get(1)) {
      if (isLarge) {
        writer.useLargestBuffer();
      }
      long all = 0;
      long written = writer.writeResult(piece);
      while (written > 0) {
        all += written;
        written = writer.writeResult(piece);
      }
      return all;
    }
  }

  @Test
  void nobodyWaitsAndNobodyListens() throws LinuxException {
    Path path = directory.resolve("s");
    try (UnixSocket listener = UnixSocket.listen(path, 1)) {
      assertThatThrownBy(listener::accept)
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EAGAIN));
      assertThatThrownBy(() -> UnixSocket.listen(path, 1).close())
          .hasMessageContaining("EADDRINUSE")
          .hasMessageContaining(path.toString());
      assertThat(path).exists();
    }
    assertThat(path).doesNotExist();
    assertThatThrownBy(() -> UnixSocket.connect(path).close()).hasMessageContaining("ENOENT");
  }
}
