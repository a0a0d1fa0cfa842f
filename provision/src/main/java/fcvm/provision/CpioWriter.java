package fcvm.provision;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Writes a cpio archive in the kernel's initramfs format, "newc": all owned by root, all times
/// zero.
///
/// Format: `Documentation/driver-api/early-userspace/buffer-format.rst`.
final class CpioWriter implements AutoCloseable {
  private static final int S_IFDIR = 0040000;
  private static final int S_IFREG = 0100000;
  private static final int S_IFLNK = 0120000;
  private static final int ALIGNMENT = 4;
  private static final int BUFFER = 1 << 16;

  private final OutputStream out;
  private int inode;
  private long written;

  CpioWriter(OutputStream out) {
    this.out = new BufferedOutputStream(out, BUFFER);
  }

  void directory(String path) throws IOException {
    entry(path, S_IFDIR | 0755, new byte[0]);
  }

  void file(String path, int mode, byte[] content) throws IOException {
    entry(path, S_IFREG | mode, content);
  }

  /// A symbolic link.
  void link(String path, String target) throws IOException {
    entry(path, S_IFLNK | 0777, target.getBytes(StandardCharsets.UTF_8));
  }

  private void entry(String path, int mode, byte[] content) throws IOException {
    byte[] name = (path + "\0").getBytes(StandardCharsets.UTF_8);
    int[] fields = {++inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0};
    StringBuilder header = new StringBuilder("070701");
    for (int field : fields) {
      header.append(String.format(Locale.ROOT, "%08x", field));
    }
    write(header.toString().getBytes(StandardCharsets.US_ASCII));
    write(name);
    align();
    write(content);
    align();
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    written += bytes.length;
  }

  private void align() throws IOException {
    write(new byte[(int) (-written & (ALIGNMENT - 1))]);
  }

  @Override
  public void close() throws IOException {
    try (out) {
      entry("TRAILER!!!", 0, new byte[0]);
    }
  }
}
