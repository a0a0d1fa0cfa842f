package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Writes a descriptor as a stream. Blocks in the kernel: for platform threads, which may share it.
/// Does not own the descriptor.
public final class FdOutputStream extends OutputStream {
  private static final int BUFFER = 64 * 1024 + 64;

  private final Fd fd;
  private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER);

  public FdOutputStream(Fd fd) {
    this.fd = fd;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] from, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int count = Math.min(length - done, BUFFER);
      MemorySegment.copy(from, offset + done, buffer, JAVA_BYTE, 0, count);
      for (long written = 0; written < count; ) {
        written += fd.write(buffer.asSlice(written, count - written));
      }
      done += count;
    }
  }
}
