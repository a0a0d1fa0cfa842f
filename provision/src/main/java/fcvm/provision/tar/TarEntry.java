package fcvm.provision.tar;

/// One file of a tar archive: its header.
///
/// @param path as the archive spells it
/// @param type the header's typeflag, one of the constants or another
/// @param mode permission bits, with set-user-ID and its like
/// @param uid owner
/// @param gid group
/// @param size bytes of content that follow
/// @param modified seconds since 1970
/// @param target of a link, else empty
public record TarEntry(
    String path, char type, int mode, int uid, int gid, long size, long modified, String target) {
  public static final char FILE = '0';
  public static final char HARD_LINK = '1';
  public static final char SYMBOLIC_LINK = '2';
  public static final char CHARACTER_DEVICE = '3';
  public static final char BLOCK_DEVICE = '4';
  public static final char DIRECTORY = '5';
  public static final char FIFO = '6';

  /// Headers and contents fill whole blocks of so many bytes.
  public static final int BLOCK = 512;

  /// A regular file of root's, of 1970.
  public static TarEntry file(String path, int mode, long size) {
    return new TarEntry(path, FILE, mode, 0, 0, size, 0, "");
  }

  /// A directory of root's, of 1970.
  public static TarEntry directory(String path, int mode) {
    return new TarEntry(path, DIRECTORY, mode, 0, 0, 0, 0, "");
  }

  /// A symbolic link of root's, of 1970.
  public static TarEntry link(String path, String target) {
    return new TarEntry(path, SYMBOLIC_LINK, 0777, 0, 0, 0, 0, target);
  }

  /// The same elsewhere.
  public TarEntry at(String newPath, String newTarget) {
    return new TarEntry(newPath, type, mode, uid, gid, size, modified, newTarget);
  }

  /// Bytes that fill the last block of the content.
  public static int padding(long size) {
    return (int) (-size & (BLOCK - 1));
  }
}
