package fcvm.fuse;

/// Attributes to change: `struct fuse_setattr_in`. What `valid` does not name has no meaning.
///
/// @param valid `FATTR_` constants, or-ed
/// @param handle an open file, with FATTR_FH
/// @param size bytes
/// @param atime seconds since 1970, nanoseconds beside it; the same for `mtime`
public record SetAttr(
    int valid,
    long handle,
    long size,
    long atime,
    long mtime,
    int atimeNanos,
    int mtimeNanos,
    int mode,
    int uid,
    int gid) {
  public static final int FATTR_MODE = 1 << 0;
  public static final int FATTR_UID = 1 << 1;
  public static final int FATTR_GID = 1 << 2;
  public static final int FATTR_SIZE = 1 << 3;
  public static final int FATTR_ATIME = 1 << 4;
  public static final int FATTR_MTIME = 1 << 5;
  public static final int FATTR_FH = 1 << 6;
  public static final int FATTR_ATIME_NOW = 1 << 7;
  public static final int FATTR_MTIME_NOW = 1 << 8;
  public static final int FATTR_KILL_SUIDGID = 1 << 11;

  /// Whether one of these bits is set.
  public boolean has(int bits) {
    return (valid & bits) != 0;
  }
}
