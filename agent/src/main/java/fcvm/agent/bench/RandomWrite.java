package fcvm.agent.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/// Overwrites a block here and there. Counts blocks.
final class RandomWrite implements Workload {
  private final FileChannel channel;
  private final long[] offsets = Fixture.offsets();
  private final ByteBuffer block = Fixture.content(Fixture.BLOCK);
  private int next;

  /// @param isSynced whether each write is on the disk before the next one begins
  RandomWrite(Fixture files, boolean isSynced) throws IOException {
    Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.WRITE));
    if (isSynced) {
      options.add(StandardOpenOption.DSYNC);
    }
    this.channel = FileChannel.open(files.data(), options);
  }

  @Override
  public long work() throws IOException {
    Fixture.writeAll(channel, block.rewind(), offsets[next++ % offsets.length]);
    return 1;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
