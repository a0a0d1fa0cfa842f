package fcvm.container.image;

import fcvm.provision.PodmanStore;
import fcvm.provision.tar.PaxRecords;
import fcvm.provision.tar.TarEntry;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// Writes the tar that a guest's image store is made of. Each entry has its names in a pax header,
/// since the store's own directories leave no room for them in the old one.
final class StoreTar implements PodmanStore.Sink, AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int NAME = 100;

  private final OutputStream out;

  StoreTar(OutputStream out) {
    this.out = new BufferedOutputStream(out, BUFFER);
  }

  void directory(String path, int mode) throws IOException {
    write(path, blank(TarEntry.DIRECTORY, mode, 0), "", PaxRecords.none());
  }

  /// A directory of root's, as an entry of a layer.
  static LayerEntry plainDirectory(String path, int mode) {
    byte[] header = blank(TarEntry.DIRECTORY, mode, 0);
    return new LayerEntry(path, TarEntry.DIRECTORY, "", 0, header, PaxRecords.none());
  }

  @Override
  public void file(String path, int mode, byte[] content) throws IOException {
    write(path, blank(TarEntry.FILE, mode, content.length), "", PaxRecords.none());
    out.write(content);
    pad(content.length);
  }

  @Override
  public void link(String path, String target) throws IOException {
    write(path, blank(TarEntry.SYMBOLIC_LINK, 0777, 0), target, PaxRecords.none());
  }

  /// An entry of a layer without content, at another place.
  ///
  /// @param target of a link
  void entry(String path, LayerEntry entry, String target) throws IOException {
    byte[] header = entry.header();
    header[156] = (byte) entry.type();
    boolean isDevice =
        entry.type() == TarEntry.CHARACTER_DEVICE || entry.type() == TarEntry.BLOCK_DEVICE;
    // What follows the device's numbers is GNU's or nobody's.
    Arrays.fill(header, isDevice ? 345 : 329, TarEntry.BLOCK, (byte) 0);
    PaxRecords pax = entry.pax();
    if (entry.type() != TarEntry.FILE) {
      put(header, 124, 12, octal(0, 11));
      pax = pax.with(PaxRecords.SIZE, "");
    }
    write(path, header, target, pax);
  }

  /// An entry of a layer with its content.
  void file(String path, LayerEntry entry, LayerReader content) throws IOException {
    entry(path, entry, "");
    content.content(out);
    pad(entry.size());
  }

  private void write(String path, byte[] header, String target, PaxRecords records)
      throws IOException {
    byte[] pax = records.with(PaxRecords.PATH, path).with(PaxRecords.LINK_PATH, target).encoded();
    byte[] before = blank('x', 0644, pax.length);
    finish(before, "pax", "");
    out.write(before);
    out.write(pax);
    pad(pax.length);
    finish(header, path, target);
    out.write(header);
  }

  private static byte[] blank(char type, int mode, long size) {
    byte[] header = new byte[TarEntry.BLOCK];
    put(header, 100, 8, octal(mode, 7));
    put(header, 108, 8, octal(0, 7));
    put(header, 116, 8, octal(0, 7));
    put(header, 124, 12, octal(size, 11));
    put(header, 136, 12, octal(0, 11));
    header[156] = (byte) type;
    return header;
  }

  private static void finish(byte[] header, String path, String target) {
    put(header, 0, NAME, path);
    put(header, 157, NAME, target);
    put(header, 257, 8, "ustar\00000");
    put(header, 148, 8, "        ");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, 8, octal(sum, 6) + "\0 ");
  }

  private static String octal(long number, int digits) {
    return String.format(Locale.ROOT, "%0" + digits + "o", number);
  }

  private static void put(byte[] header, int offset, int length, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    Arrays.fill(header, offset, offset + length, (byte) 0);
    System.arraycopy(bytes, 0, header, offset, Math.min(bytes.length, length));
  }

  private void pad(long size) throws IOException {
    out.write(new byte[TarEntry.padding(size)]);
  }

  /// Writes the end of the archive, two blocks of zeroes, and closes the stream.
  @Override
  public void close() throws IOException {
    try (out) {
      out.write(new byte[2 * TarEntry.BLOCK]);
    }
  }
}
