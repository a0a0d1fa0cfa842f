package fcvm.container;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file of bounded size for what a guest's serial console says: a guest may print for ever, and
/// its last words matter most. When the file is full it becomes `NAME.1`, and a new one begins.
///
/// Written by the thread that serves the serial device.
final class BoundedFile extends OutputStream {
  private final Path file;
  private final long limit;
  private OutputStream out;
  private long written;

  /// @param limit bytes per file; two files are kept
  BoundedFile(Path file, long limit) throws IOException {
    this.file = file;
    this.limit = limit;
    this.out = new FileOutputStream(file.toFile());
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    if (written > 0 && written + length > limit) {
      out.close();
      Files.move(file, file.resolveSibling(file.getFileName() + ".1"), REPLACE_EXISTING);
      out = new FileOutputStream(file.toFile());
      written = 0;
    }
    out.write(bytes, offset, length);
    written += length;
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
