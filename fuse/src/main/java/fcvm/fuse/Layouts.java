package fcvm.fuse;

/// Sizes in bytes of structures in `include/uapi/linux/fuse.h`.
final class Layouts {
  static final int ATTR_SIZE = 88;
  static final int ENTRY_OUT_SIZE = 128;
  static final int DIRENT_SIZE = 24;

  private Layouts() {}

  /// Directory entries begin at multiples of eight bytes: FUSE_REC_ALIGN.
  static long recAlign(long size) {
    return (size + 7) & -8;
  }
}
