package fcvm.provision;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Writes a tar archive: POSIX ustar, with GNU's long names where a name does not fit. All times
/// are zero, so that equal trees give equal archives.
final class TarWriter implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int NAME = 100;
  private static final long LARGEST_OCTAL = 077777777777L;
  private static final String LONG_LINK = "././@LongLink";

  private final OutputStream out;

  TarWriter(OutputStream out) {
    this.out = new BufferedOutputStream(out, BUFFER);
  }

  /// An entry with its content in memory.
  ///
  /// @param content of `entry.size()` bytes
  void entry(TarEntry entry, byte[] content) throws IOException {
    header(entry);
    out.write(content);
    pad(content.length);
  }

  /// What writes an entry's content.
  @FunctionalInterface
  interface Content {
    /// Writes exactly as many bytes as the entry says.
    void writeTo(OutputStream out) throws IOException;
  }

  /// An entry with a content that comes piece by piece.
  void entry(TarEntry entry, Content content) throws IOException {
    header(entry);
    content.writeTo(out);
    pad(entry.size());
  }

  private void header(TarEntry entry) throws IOException {
    String path = entry.type() == TarEntry.DIRECTORY ? entry.path() + "/" : entry.path();
    longName(path, 'L');
    longName(entry.target(), 'K');
    byte[] header = new byte[TarEntry.BLOCK];
    text(header, 0, NAME, path);
    text(header, 100, 8, octal(entry.mode(), 7));
    text(header, 108, 8, octal(entry.uid(), 7));
    text(header, 116, 8, octal(entry.gid(), 7));
    if (entry.size() > LARGEST_OCTAL) {
      throw new IOException(entry.path() + " has 8 GiB or more, too large for a tar entry");
    }
    text(header, 124, 12, octal(entry.size(), 11));
    text(header, 136, 12, octal(0, 11));
    header[156] = (byte) entry.type();
    text(header, 157, NAME, entry.target());
    text(header, 257, 8, "ustar\00000");
    checksum(header);
    out.write(header);
  }

  /// GNU's entry before an entry whose name is too long for the header.
  private void longName(String name, char type) throws IOException {
    byte[] bytes = (name + "\0").getBytes(StandardCharsets.UTF_8);
    if (bytes.length > NAME) {
      byte[] header = new byte[TarEntry.BLOCK];
      text(header, 0, NAME, LONG_LINK);
      text(header, 100, 8, octal(0, 7));
      text(header, 108, 8, octal(0, 7));
      text(header, 116, 8, octal(0, 7));
      text(header, 124, 12, octal(bytes.length, 11));
      text(header, 136, 12, octal(0, 11));
      header[156] = (byte) type;
      text(header, 257, 8, "ustar  ");
      checksum(header);
      out.write(header);
      out.write(bytes);
      pad(bytes.length);
    }
  }

  /// The sum of all bytes with the field itself as blanks.
  private static void checksum(byte[] header) {
    text(header, 148, 8, "        ");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    text(header, 148, 8, octal(sum, 6) + "\0 ");
  }

  private static String octal(long number, int digits) {
    return String.format(Locale.ROOT, "%0" + digits + "o", number);
  }

  private static void text(byte[] header, int offset, int length, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, offset, Math.min(bytes.length, length));
  }

  private void pad(long size) throws IOException {
    out.write(new byte[TarEntry.padding(size)]);
  }

  /// Copies an archive's entries behind those written so far.
  void entries(InputStream archive) throws IOException {
    TarReader reader = new TarReader(archive);
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      entry(entry, reader::content);
    }
  }

  /// Writes the end of the archive, two blocks of zeroes, and closes the stream.
  @Override
  public void close() throws IOException {
    try (out) {
      out.write(new byte[2 * TarEntry.BLOCK]);
    }
  }
}
