package fcvm.container.image;

import fcvm.provision.ProvisionException;
import fcvm.provision.tar.PaxRecords;
import fcvm.provision.tar.TarEntry;
import fcvm.provision.tar.TarHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a layer's tar, which may have been written by anybody.
///
/// Whatever it says, the entries that come out have paths below the root, sizes that are not
/// negative, types that Linux has, and no attributes of overlayfs. What cannot be such an entry is
/// an [IOException].
final class LayerReader {
  private static final int LONGEST_PATH = 4096;
  private static final int LONGEST_NAME = 255;
  private static final List<String> ATTRIBUTES = List.of("SCHILY.xattr.", "LIBARCHIVE.xattr.");

  private final TarHeaders tar;

  LayerReader(InputStream in) {
    this.tar = new TarHeaders(in);
  }

  /// The next entry, after what is left of the one before. Null at the archive's end.
  @Nullable LayerEntry next() throws IOException {
    TarHeaders.Header header = tar.next();
    return header == null ? null : entry(header);
  }

  private static LayerEntry entry(TarHeaders.Header header) throws IOException {
    String path = clean(header.path());
    char type = type(header);
    String target =
        switch (type) {
          case TarEntry.HARD_LINK -> clean(header.target());
          case TarEntry.SYMBOLIC_LINK -> symbolic(header.target());
          default -> "";
        };
    PaxRecords pax = header.pax().without(LayerReader::isOverlays);
    return new LayerEntry(path, type, target, header.size(), header.block(), pax);
  }

  private static char type(TarHeaders.Header header) throws ProvisionException {
    char type = header.type();
    return switch (type) {
      case 0, TarEntry.FILE, '7' -> isDirectory(header) ? TarEntry.DIRECTORY : TarEntry.FILE;
      case TarEntry.HARD_LINK,
          TarEntry.SYMBOLIC_LINK,
          TarEntry.CHARACTER_DEVICE,
          TarEntry.BLOCK_DEVICE,
          TarEntry.DIRECTORY,
          TarEntry.FIFO ->
          type;
      default -> throw new ProvisionException("an entry of the unknown type " + (int) type);
    };
  }

  // So old tars say it.
  private static boolean isDirectory(TarHeaders.Header header) throws ProvisionException {
    if (!header.path().endsWith("/")) {
      return false;
    }
    if (header.size() > 0) {
      throw new ProvisionException("a directory with content");
    }
    return true;
  }

  private static String symbolic(String target) throws ProvisionException {
    if (target.isEmpty() || target.length() >= LONGEST_PATH) {
      throw new ProvisionException("a symbolic link to a name of " + target.length() + " bytes");
    }
    return target;
  }

  /// `./usr//lib/` → `usr/lib`.
  static String clean(String path) throws ProvisionException {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        throw new ProvisionException(
            "the name " + Printable.quoted(path) + ", which leads out of the image");
      }
      if (part.length() > LONGEST_NAME) {
        throw new ProvisionException("a name of " + part.length() + " bytes");
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    String clean = String.join("/", parts);
    if (clean.length() >= LONGEST_PATH || clean.indexOf(0) >= 0) {
      throw new ProvisionException("a path of " + clean.length() + " bytes");
    }
    return clean;
  }

  /// Overlayfs reads its own attributes as orders: they are for [ImageDisk] to give, not for an
  /// archive.
  private static boolean isOverlays(String keyword) {
    return ATTRIBUTES.stream()
        .filter(keyword::startsWith)
        .map(prefix -> keyword.substring(prefix.length()))
        .anyMatch(name -> name.startsWith("trusted.overlay.") || name.startsWith("user.overlay."));
  }

  /// Copies the content of the entry that [#next] returned last.
  void content(OutputStream out) throws IOException {
    tar.content(out);
  }
}
