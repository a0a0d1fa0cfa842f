package fcvm.provision.tar;

import fcvm.provision.ProvisionException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads a tar archive header by header: POSIX ustar, pax, GNU's long names. Files with holes are
/// refused, so that nothing is misread in silence.
///
/// Anybody may have written it. What cannot be an archive is an [IOException]; what an entry's
/// names lead to, and whether its type makes sense, is for the caller to judge.
///
/// Format: `pax(1)`, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
public final class TarHeaders {
  private static final int LARGEST_EXTENSION = 1 << 20;
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final PaxRecords global = PaxRecords.none();
  private long left;
  private int padding;

  public TarHeaders(InputStream in) {
    this.in = in;
  }

  /// An entry as it stands. Text is bytes, one per character.
  ///
  /// @param block the header
  /// @param pax what was said besides
  /// @param path as the archive spells it
  /// @param type the header's typeflag
  /// @param target of a link
  /// @param size bytes of content that follow
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  public record Header(
      byte[] block, PaxRecords pax, String path, char type, String target, long size) {
    /// A number of the header: octal digits, or GNU's base-256 with the highest bit set.
    long number(int offset, int length) throws ProvisionException {
      return TarHeaders.number(block, offset, length);
    }
  }

  /// The next entry, after what is left of the one before. Null at the archive's end.
  public @Nullable Header next() throws IOException {
    PaxRecords pax = global.copy();
    while (true) {
      skip(left + padding);
      left = 0;
      padding = 0;
      byte[] block = in.readNBytes(TarEntry.BLOCK);
      if (block.length == 0 || (block.length == TarEntry.BLOCK && isZero(block))) {
        return null;
      }
      if (block.length < TarEntry.BLOCK) {
        throw new EOFException("the archive ends within a header");
      }
      checkSum(block);
      expect(number(block, 124, 12));
      switch ((char) block[156]) {
        case 'L' -> pax = pax.with(PaxRecords.PATH, name());
        case 'K' -> pax = pax.with(PaxRecords.LINK_PATH, name());
        case 'x' -> pax.read(extension());
        case 'g' -> {
          global.read(extension());
          pax = global.copy();
        }
        case 'S' -> throw new ProvisionException("a sparse file, which is not supported");
        default -> {
          return header(block, pax);
        }
      }
    }
  }

  private Header header(byte[] block, PaxRecords pax) throws IOException {
    String path = pax.get(PaxRecords.PATH);
    if (path == null) {
      String prefix = isPosix(block) ? text(block, 345, 155) : "";
      path = prefix.isEmpty() ? text(block, 0, 100) : prefix + "/" + text(block, 0, 100);
    }
    String target = pax.get(PaxRecords.LINK_PATH);
    expect(pax.size(left));
    char type = (char) block[156];
    if (type >= TarEntry.HARD_LINK && type <= TarEntry.FIFO) {
      expect(0); // as all readers do, whatever the header says
    }
    return new Header(
        block, pax, path, type, target == null ? text(block, 157, 100) : target, left);
  }

  private void expect(long size) throws ProvisionException {
    if (size < 0) {
      throw new ProvisionException("a file of size " + size);
    }
    left = size;
    padding = TarEntry.padding(size);
  }

  /// Copies the content of the entry that [#next] returned last.
  public void content(OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    while (left > 0) {
      int n = in.read(buffer, 0, (int) Math.min(left, BUFFER));
      if (n < 0) {
        throw new EOFException("the archive ends within a file");
      }
      out.write(buffer, 0, n);
      left -= n;
    }
  }

  /// The content of a header that extends the next one.
  private byte[] extension() throws IOException {
    if (left > LARGEST_EXTENSION) {
      throw new ProvisionException("a header of " + left + " bytes");
    }
    byte[] bytes = in.readNBytes((int) left);
    if (bytes.length < left) {
      throw new EOFException("the archive ends within a header");
    }
    left = 0;
    return bytes;
  }

  private String name() throws IOException {
    byte[] bytes = extension();
    return text(bytes, 0, bytes.length);
  }

  private void skip(long bytes) throws IOException {
    try {
      in.skipNBytes(bytes);
    } catch (EOFException e) {
      throw new EOFException("the archive ends within a file");
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /// GNU's own headers have `ustar␠␠` and no prefix.
  private static boolean isPosix(byte[] block) {
    return text(block, 257, 6).equals("ustar") && block[262] == 0;
  }

  /// The sum of all bytes with the field itself as blanks; old programs added them with a sign.
  private static void checkSum(byte[] block) throws ProvisionException {
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < TarEntry.BLOCK; i++) {
      boolean isField = i >= 148 && i < 156;
      unsigned += isField ? ' ' : block[i] & 0xff;
      signed += isField ? ' ' : block[i];
    }
    long said = number(block, 148, 8);
    if (said != unsigned && said != signed) {
      throw new ProvisionException("this is no tar archive, or a damaged one");
    }
  }

  private static String text(byte[] bytes, int offset, int length) {
    int end = offset;
    while (end < offset + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, offset, end - offset, StandardCharsets.ISO_8859_1);
  }

  private static long number(byte[] block, int offset, int length) throws ProvisionException {
    if (block[offset] < 0) {
      return base256(block, offset, length);
    }
    String digits = text(block, offset, length).strip();
    if (!digits.matches("[0-7]*")) {
      throw new ProvisionException("a header has something else where a number should be");
    }
    return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
  }

  private static long base256(byte[] block, int offset, int length) throws ProvisionException {
    // The first byte has the mark, a sign, and six bits.
    long value = (byte) (block[offset] << 1) >> 1;
    for (int i = offset + 1; i < offset + length; i++) {
      if (value >= 1L << 54 || value < -(1L << 54)) {
        throw new ProvisionException("a number beyond all bounds in a header");
      }
      value = (value << 8) | (block[i] & 0xff);
    }
    return value;
  }
}
