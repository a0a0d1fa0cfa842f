package fcvm.agent.bench;

import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Reads or overwrites a block here and there, past the guest's page cache (O_DIRECT, which Java
/// has only outside its standard modules). Counts blocks.
final class RandomDirect implements Workload {
  private final boolean isWriting;
  private final Fd fd;
  private final long[] offsets = Fixture.offsets();
  private final MemorySegment block = Arena.ofAuto().allocate(Fixture.BLOCK, Fixture.BLOCK);
  private int next;

  RandomDirect(Fixture files, boolean isWriting) throws IOException {
    this.isWriting = isWriting;
    this.fd = Fd.open(files.data().toString(), Fd.O_RDWR | Fd.O_DIRECT);
    block.copyFrom(MemorySegment.ofBuffer(Fixture.content(Fixture.BLOCK)));
  }

  @Override
  public long work() throws IOException {
    long offset = offsets[next++ % offsets.length];
    long moved = isWriting ? fd.pwriteResult(block, offset) : fd.preadResult(block, offset);
    if (moved < 0) {
      throw new LinuxException((isWriting ? "pwrite to " : "pread of ") + fd, (int) moved);
    }
    if (moved != block.byteSize()) {
      throw new EOFException("only " + moved + " bytes of a block of " + fd);
    }
    return 1;
  }

  @Override
  public void close() {
    fd.close();
  }
}
