package fcvm.fuse;

import fcvm.linux.Statx;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file that the guest knows. Two are equal if they are the same file of the host: the time of
/// birth tells a file from one that has its number after it was removed.
///
/// What changes is guarded by the lock of the [InodeTable].
final class Inode {
  private static final long NANOS = 1_000_000_000L;

  private final int dev;
  private final long ino;
  private final long birth;
  private final int type;

  /// The number by which the guest names it.
  int id;

  long generation;

  /// How often the guest knows it.
  long lookups;

  /// Where it was found last. Null for the root, and for a file without a name.
  @Nullable Inode parent;

  byte @Nullable [] name;

  /// How many in the table have it as parent.
  int children;

  /// A descriptor with O_PATH, if there is one just now.
  @Nullable SharedFd path;

  /// Whether `path` was used since somebody looked whether it was.
  boolean isRecent;

  /// When it was moved last, see [InodeTable#moves].
  long moved;

  /// Descriptors of its handles, each as good as `path`.
  @Nullable Set<SharedFd> handles;

  /// @param hasBirth whether the time of birth stays what it is; else it is left out
  Inode(Statx statx, boolean hasBirth) {
    this.dev = statx.dev();
    this.ino = statx.ino();
    this.birth = hasBirth ? statx.btime() * NANOS + statx.btimeNanos() : 0;
    this.type = statx.type();
  }

  /// S_IFREG and its like; a file keeps it for life.
  int type() {
    return type;
  }

  long ino() {
    return ino;
  }

  void addHandle(SharedFd fd) {
    if (handles == null) {
      handles = new HashSet<>();
    }
    handles.add(fd);
  }

  void removeHandle(SharedFd fd) {
    if (handles != null && handles.remove(fd) && handles.isEmpty()) {
      handles = null;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Inode inode
        && inode.dev == dev
        && inode.ino == ino
        && inode.birth == birth
        && inode.type == type;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(ino * 31 + birth) * 31 + dev;
  }
}
