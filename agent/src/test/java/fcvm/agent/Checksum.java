package fcvm.agent;

import java.io.OutputStream;
import java.util.zip.CRC32C;

/// Keeps of what is written only its length and its checksum.
final class Checksum extends OutputStream {
  private final CRC32C crc = new CRC32C();
  private long count;

  @Override
  public void write(int b) {
    crc.update(b);
    count++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    crc.update(bytes, offset, length);
    count += length;
  }

  long value() {
    return crc.getValue();
  }

  long count() {
    return count;
  }
}
