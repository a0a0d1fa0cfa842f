package fcvm.agent.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Overwrites a file from its beginning to its end. Counts MiB.
final class SequentialWrite implements Workload {
  private final Fixture files;
  private final ByteBuffer mib = Fixture.content(Fixture.MIB);

  SequentialWrite(Fixture files) {
    this.files = files;
  }

  @Override
  public long work() throws IOException {
    files.writeData(mib);
    return Fixture.DATA_MIB;
  }
}
