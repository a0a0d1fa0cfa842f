package fcvm.provision;

/// One file of a tar archive: its header without the time.
///
/// @param path as the archive spells it
/// @param type the header's typeflag, one of the constants
/// @param mode permission bits, with set-user-ID and its like
/// @param uid owner
/// @param gid group
/// @param size bytes of content that follow
/// @param target of a link, else empty
record TarEntry(String path, char type, int mode, int uid, int gid, long size, String target) {
  static final char FILE = '0';
  static final char HARD_LINK = '1';
  static final char SYMBOLIC_LINK = '2';
  static final char DIRECTORY = '5';

  static final int BLOCK = 512;

  static TarEntry file(String path, int mode, long size) {
    return new TarEntry(path, FILE, mode, 0, 0, size, "");
  }

  static TarEntry directory(String path, int mode) {
    return new TarEntry(path, DIRECTORY, mode, 0, 0, 0, "");
  }

  static TarEntry link(String path, String target) {
    return new TarEntry(path, SYMBOLIC_LINK, 0777, 0, 0, 0, target);
  }

  TarEntry at(String newPath, String newTarget) {
    return new TarEntry(newPath, type, mode, uid, gid, size, newTarget);
  }

  /// Bytes that fill the last block of the content.
  static int padding(long size) {
    return (int) (-size & (BLOCK - 1));
  }
}
