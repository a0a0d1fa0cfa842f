package fcvm.container.image;

import fcvm.provision.tar.PaxRecords;
import fcvm.provision.tar.TarEntry;

/// One entry of a layer's tar.
final class LayerEntry {
  static final String WHITEOUT = ".wh.";
  private static final String META = ".wh..wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final String path;
  private final char type;
  private final String target;
  private final long size;
  private final byte[] header;
  private final PaxRecords pax;

  /// @param path where it belongs, without `.`, `..` or slashes at the ends; empty for the root
  /// @param type the header's typeflag
  /// @param target of a link, else empty; of a hard link a path as `path`
  /// @param size bytes of content that follow
  /// @param header the block that began it: mode, owner, time and device are taken from there
  /// @param pax what was said besides
  LayerEntry(String path, char type, String target, long size, byte[] header, PaxRecords pax) {
    this.path = path;
    this.type = type;
    this.target = target;
    this.size = size;
    this.header = header.clone();
    this.pax = pax;
  }

  String path() {
    return path;
  }

  char type() {
    return type;
  }

  String target() {
    return target;
  }

  long size() {
    return size;
  }

  byte[] header() {
    return header.clone();
  }

  PaxRecords pax() {
    return pax;
  }

  boolean isDirectory() {
    return type == TarEntry.DIRECTORY;
  }

  /// The last part of the path.
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /// The directory that it is in, empty for the root.
  String parent() {
    return parent(path);
  }

  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /// Whether it says that its directory hides all that lower layers have in it.
  boolean isOpaque() {
    return name().equals(OPAQUE);
  }

  /// Whether it is of aufs' own, and nothing for others.
  boolean isMeta() {
    return name().startsWith(META) && !isOpaque();
  }

  /// Whether it says that lower layers' entry of [#hidden] is gone.
  boolean isWhiteout() {
    return name().startsWith(WHITEOUT) && !name().startsWith(META);
  }

  /// What a whiteout hides.
  String hidden() {
    String name = name().substring(WHITEOUT.length());
    return parent().isEmpty() ? name : parent() + "/" + name;
  }
}
