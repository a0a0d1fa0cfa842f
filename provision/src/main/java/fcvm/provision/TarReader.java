package fcvm.provision;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads a tar archive as dpkg-deb and [TarWriter] write it: POSIX ustar with GNU's long names.
///
/// Format: `pax(1)`, "ustar interchange format"; GNU tar manual, "Basic Tar Format". Pax headers of
/// times and owners' names are passed over; one with a path or a size is refused, so that nothing
/// is misread in silence.
final class TarReader {
  private static final char LONG_NAME = 'L';
  private static final char LONG_TARGET = 'K';
  private static final char PAX = 'x';
  private static final char PAX_GLOBAL = 'g';
  private static final int LONGEST_NAME = 1 << 16;
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final byte[] header = new byte[TarEntry.BLOCK];
  private long left;
  private int padding;

  TarReader(InputStream in) {
    this.in = in;
  }

  /// The next entry, after what is left of the one before. Null at the archive's end.
  @Nullable TarEntry next() throws IOException {
    String longName = null;
    String longTarget = null;
    while (true) {
      in.skipNBytes(left + padding);
      left = 0;
      padding = 0;
      if (in.readNBytes(header, 0, TarEntry.BLOCK) < TarEntry.BLOCK || header[0] == 0) {
        return null;
      }
      left = number(124, 12);
      if (left < 0) {
        throw new IOException("the archive has a file of negative size");
      }
      padding = TarEntry.padding(left);
      switch ((char) header[156]) {
        case LONG_NAME -> longName = name();
        case LONG_TARGET -> longTarget = name();
        case PAX, PAX_GLOBAL -> checkPax(name());
        default -> {
          return entry(longName, longTarget);
        }
      }
    }
  }

  private TarEntry entry(@Nullable String longName, @Nullable String longTarget) {
    String prefix = isPosix() ? text(345, 155) : "";
    String name = prefix.isEmpty() ? text(0, 100) : prefix + "/" + text(0, 100);
    return new TarEntry(
        longName == null ? name : longName,
        header[156] == 0 ? TarEntry.FILE : (char) header[156],
        (int) number(100, 8) & 07777,
        (int) number(108, 8),
        (int) number(116, 8),
        left,
        longTarget == null ? text(157, 100) : longTarget);
  }

  /// GNU's own headers have `ustar␠␠` and no prefix field.
  private boolean isPosix() {
    return header[257] == 'u' && header[262] == 0;
  }

  /// Copies the content of the entry that [#next] returned last.
  void content(java.io.OutputStream out) throws IOException {
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

  private String name() throws IOException {
    if (left > LONGEST_NAME) {
      throw new IOException("the archive has a name of " + left + " bytes");
    }
    byte[] bytes = in.readNBytes((int) left);
    left = 0;
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  private static void checkPax(String records) throws IOException {
    for (String record : records.lines().toList()) {
      String keyword = record.substring(record.indexOf(' ') + 1).replaceFirst("=.*", "");
      if (keyword.equals("path") || keyword.equals("linkpath") || keyword.equals("size")) {
        throw new IOException("the archive has a pax header with " + keyword);
      }
    }
  }

  private String text(int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return new String(header, offset, end - offset, StandardCharsets.UTF_8);
  }

  /// Octal digits, or GNU's base-256 with the highest bit set.
  private long number(int offset, int length) {
    long value = 0;
    if (header[offset] < 0) {
      for (int i = offset + 1; i < offset + length; i++) {
        value = (value << 8) | (header[i] & 0xff);
      }
      return value;
    }
    for (int i = offset; i < offset + length; i++) {
      if (header[i] >= '0' && header[i] <= '7') {
        value = (value << 3) | (header[i] - '0');
      }
    }
    return value;
  }
}
