package fcvm.provision.tar;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads a tar archive, with what [TarEntry] says of each file: no devices, no extended attributes.
public final class TarReader {
  private final TarHeaders headers;
  private final Charset names;

  /// Reads names as UTF-8.
  public TarReader(InputStream in) {
    this(in, StandardCharsets.UTF_8);
  }

  /// @param names the charset of names; ISO 8859-1 keeps any bytes
  public TarReader(InputStream in, Charset names) {
    this.headers = new TarHeaders(in);
    this.names = names;
  }

  /// The next entry, after what is left of the one before. Null at the archive's end.
  ///
  /// @throws IOException if that is no archive, or one that cannot be read here
  public @Nullable TarEntry next() throws IOException {
    TarHeaders.Header header = headers.next();
    if (header == null) {
      return null;
    }
    PaxRecords pax = header.pax();
    return new TarEntry(
        name(header.path()),
        header.type() == 0 ? TarEntry.FILE : header.type(),
        (int) header.number(100, 8) & 07777,
        (int) pax.number("uid", header.number(108, 8)),
        (int) pax.number("gid", header.number(116, 8)),
        header.size(),
        pax.number("mtime", header.number(136, 12)),
        name(header.target()));
  }

  private String name(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), names);
  }

  /// Copies the content of the entry that [#next] returned last.
  public void content(OutputStream out) throws IOException {
    headers.content(out);
  }
}
