package fcvm.fuse;

import static fcvm.linux.Fd.*;

/// How a file shall be opened.
///
/// @param flags as for `open(2)`
/// @param losesSetId with O_TRUNC: the file loses its set-ID bits (FUSE_OPEN_KILL_SUIDGID)
public record OpenFlags(int flags, boolean losesSetId) {
  static final int FUSE_OPEN_KILL_SUIDGID = 1;

  private static final int O_ACCMODE = 3;

  /// Whether the file's content may change.
  boolean isChange() {
    return (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0;
  }

  boolean isWritable() {
    return (flags & O_ACCMODE) != O_RDONLY;
  }

  boolean isExclusive() {
    return (flags & O_EXCL) != 0;
  }

  /// What is passed to the host. O_APPEND comes again with each write; a guest's O_DIRECT says
  /// nothing about the alignment that the host wants; synchronous writes come with a FUSE_FSYNC of
  /// their own. O_NONBLOCK is for files of /proc and /sys that would make us wait.
  ///
  /// @param hasWritebackCache the guest's kernel may read through any open file that it writes to
  int host(boolean hasWritebackCache) {
    int mode = flags & O_ACCMODE;
    if (mode == O_ACCMODE || (hasWritebackCache && mode == O_WRONLY)) {
      mode = O_RDWR;
    }
    return mode | (flags & O_TRUNC) | O_NONBLOCK | O_NOCTTY;
  }
}
