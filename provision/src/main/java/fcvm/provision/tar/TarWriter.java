package fcvm.provision.tar;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Writes a tar archive: POSIX ustar, with GNU's long names and large numbers where something does
/// not fit.
public final class TarWriter implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int NAME = 100;
  private static final String LONG_LINK = "././@LongLink";

  private final OutputStream out;
  private final Charset names;

  /// Writes names as UTF-8.
  public TarWriter(OutputStream out) {
    this(out, StandardCharsets.UTF_8);
  }

  /// @param names the charset of names
  public TarWriter(OutputStream out, Charset names) {
    this.out = new BufferedOutputStream(out, BUFFER);
    this.names = names;
  }

  /// An entry with its content in memory.
  ///
  /// @param content of `entry.size()` bytes
  public void entry(TarEntry entry, byte[] content) throws IOException {
    header(entry);
    out.write(content);
    pad(content.length);
  }

  /// What writes an entry's content.
  @FunctionalInterface
  public interface Content {
    /// Writes exactly as many bytes as the entry says.
    void writeTo(OutputStream out) throws IOException;
  }

  /// An entry with a content that comes piece by piece.
  public void entry(TarEntry entry, Content content) throws IOException {
    header(entry);
    content.writeTo(out);
    pad(entry.size());
  }

  private void header(TarEntry entry) throws IOException {
    String path = entry.type() == TarEntry.DIRECTORY ? entry.path() + "/" : entry.path();
    longName(path, 'L');
    longName(entry.target(), 'K');
    byte[] header = new byte[TarEntry.BLOCK];
    name(header, 0, path);
    number(header, 100, 8, entry.mode());
    number(header, 108, 8, Integer.toUnsignedLong(entry.uid()));
    number(header, 116, 8, Integer.toUnsignedLong(entry.gid()));
    number(header, 124, 12, entry.size());
    number(header, 136, 12, entry.modified());
    header[156] = (byte) entry.type();
    name(header, 157, entry.target());
    text(header, 257, 8, "ustar\00000");
    checksum(header);
    out.write(header);
  }

  /// GNU's entry before an entry whose name is too long for the header.
  private void longName(String name, char type) throws IOException {
    byte[] bytes = (name + "\0").getBytes(names);
    if (bytes.length > NAME) {
      byte[] header = new byte[TarEntry.BLOCK];
      name(header, 0, LONG_LINK);
      number(header, 100, 8, 0);
      number(header, 108, 8, 0);
      number(header, 116, 8, 0);
      number(header, 124, 12, bytes.length);
      number(header, 136, 12, 0);
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

  /// Octal digits and a NUL, or GNU's base-256 with the highest bit set.
  private static void number(byte[] header, int offset, int length, long number) {
    if (number >= 0 && number < 1L << (3 * (length - 1))) {
      text(header, offset, length, octal(number, length - 1));
      return;
    }
    long rest = number;
    for (int i = offset + length - 1; i >= offset; i--) {
      header[i] = (byte) rest;
      rest >>= 8;
    }
    header[offset] |= (byte) 0x80;
  }

  private static String octal(long number, int digits) {
    return String.format(Locale.ROOT, "%0" + digits + "o", number);
  }

  private void name(byte[] header, int offset, String name) {
    text(header, offset, NAME, name, names);
  }

  private static void text(byte[] header, int offset, int length, String text) {
    text(header, offset, length, text, StandardCharsets.US_ASCII);
  }

  private static void text(byte[] header, int offset, int length, String text, Charset charset) {
    byte[] bytes = text.getBytes(charset);
    System.arraycopy(bytes, 0, header, offset, Math.min(bytes.length, length));
  }

  private void pad(long size) throws IOException {
    out.write(new byte[TarEntry.padding(size)]);
  }

  /// Copies an archive's entries behind those written so far.
  public void entries(InputStream archive) throws IOException {
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
