package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Reads a descriptor as a stream. Blocks in the kernel: for platform threads, one at a time. Does
/// not own the descriptor.
public final class FdInputStream extends InputStream {
  private static final int BUFFER = 64 * 1024;

  private final Fd fd;
  private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER);

  public FdInputStream(Fd fd) {
    this.fd = fd;
  }

  @Override
  public int read() throws IOException {
    return fd.read(buffer.asSlice(0, 1)) == 0 ? -1 : buffer.get(JAVA_BYTE, 0) & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int count = (int) fd.read(buffer.asSlice(0, Math.min(length, BUFFER)));
    MemorySegment.copy(buffer, JAVA_BYTE, 0, into, offset, count);
    return count == 0 ? -1 : count;
  }
}
