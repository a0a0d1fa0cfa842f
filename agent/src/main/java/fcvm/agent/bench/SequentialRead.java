package fcvm.agent.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Reads a file from its beginning to its end. Counts MiB.
final class SequentialRead implements Workload {
  private final Fixture files;
  private final ByteBuffer mib = ByteBuffer.allocateDirect(Fixture.MIB);

  SequentialRead(Fixture files) {
    this.files = files;
  }

  @Override
  public boolean isCold() {
    return true;
  }

  @Override
  public long work() throws IOException {
    long bytes = 0;
    try (FileChannel channel = FileChannel.open(files.data())) {
      int read;
      while ((read = channel.read(mib.clear())) >= 0) {
        bytes += read;
      }
    }
    return bytes / Fixture.MIB;
  }
}
