package fcvm.container.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// A tar as a test wants it, hostile or not.
final class TarBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  TarBytes file(String name, String content) {
    return entry(name, '0', 0644, content, "");
  }

  TarBytes directory(String name, int mode) {
    return entry(name, '5', mode, "", "");
  }

  TarBytes entry(String name, char type, int mode, String content, String target) {
    return entry(
        name, type, mode, String.format(Locale.ROOT, "%011o", content.length()), content, target);
  }

  /// @param size the field of the header as it is
  TarBytes entry(String name, char type, int mode, String size, String content, String target) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, String.format(Locale.ROOT, "%07o", mode));
    put(header, 108, "0000003");
    put(header, 116, "0000004");
    put(header, 124, size);
    put(header, 136, "00000000017");
    header[156] = (byte) type;
    put(header, 157, target);
    put(header, 257, "ustar\00000");
    return block(header, content);
  }

  /// pax records before the next entry.
  TarBytes pax(char type, String... records) {
    StringBuilder text = new StringBuilder();
    for (String record : records) {
      int length = record.length() + 3;
      length = record.length() + 2 + Integer.toString(length).length();
      length = record.length() + 2 + Integer.toString(length).length();
      text.append(length).append(' ').append(record).append('\n');
    }
    return entry("pax", type, 0644, text.toString(), "");
  }

  /// GNU's header with a name that is too long for one.
  TarBytes gnuName(char type, String name) {
    return entry("././@LongLink", type, 0644, name + "\0", "");
  }

  private TarBytes block(byte[] header, String content) {
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    out.writeBytes(header);
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    out.writeBytes(bytes);
    out.writeBytes(new byte[-bytes.length & 511]);
    return this;
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, header, offset, Math.min(bytes.length, 155));
  }

  byte[] unfinished() {
    return out.toByteArray();
  }

  byte[] bytes() {
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }
}
