package fcvm.fuse;

import fcvm.linux.DirectoryEntry;
import fcvm.linux.Fd;
import fcvm.linux.FileSystemStatus;
import fcvm.linux.LinuxException;
import fcvm.linux.Statx;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What the parts of a [Passthrough] have in common: a directory of this computer, what the guest
/// knows and has open in it, and how owners correspond.
final class HostTree {
  final InodeTable inodes;
  final OpenFiles open;
  final LockOwners locks;
  final Ownership ownership;
  private final ThreadLocal<HostThread> threads = ThreadLocal.withInitial(HostThread::new);
  private volatile boolean hasWritebackCache;

  /// @param root the directory, with O_PATH; ours from now on
  HostTree(Fd root, Statx statx, Limits limits, boolean isReadOnly, Ownership ownership)
      throws LinuxException {
    // overlayfs gives a file another when it is copied up, on its first change.
    long type = FileSystemStatus.of(root).type();
    boolean hasBirth = type != FileSystemStatus.OVERLAYFS_SUPER_MAGIC;
    this.inodes = new InodeTable(root, statx, limits, hasBirth);
    this.open = new OpenFiles(inodes, limits);
    this.locks = new LockOwners(inodes, limits, isReadOnly);
    this.ownership = ownership;
  }

  /// The calling thread's.
  HostThread thread() {
    return threads.get();
  }

  boolean hasWritebackCache() {
    return hasWritebackCache;
  }

  void reset(boolean hasCache) {
    hasWritebackCache = hasCache;
    open.reset();
    locks.reset();
    inodes.reset();
  }

  void close() {
    open.reset();
    locks.reset();
    inodes.close();
  }

  /// The guest learns of the file that has a name.
  ///
  /// @param directory `parent`, open
  Entry find(Inode parent, Fd directory, MemorySegment name) throws FuseException {
    long seen = inodes.moves();
    int number = FuseException.check(DirectoryEntry.open(directory, name, Fd.O_PATH, 0));
    return found(parent, bytes(name), seen, Fd.of(number, "inode"));
  }

  /// The guest learns of a file.
  ///
  /// @param seen what [InodeTable#moves] was before it was found
  /// @param path the file, with O_PATH; ours from now on
  Entry found(Inode parent, byte @Nullable [] name, long seen, Fd path) throws FuseException {
    Statx statx = thread().statx;
    int result = statx.read(path);
    if (result < 0) {
      path.close();
      throw new FuseException(-result);
    }
    return entry(inodes.found(statx, parent, name, seen, path), statx);
  }

  Entry entry(Inode inode, Statx statx) {
    return new Entry(inode.id, inode.generation, Attr.of(statx, ownership));
  }

  /// A name's bytes, without the NUL.
  static byte[] bytes(MemorySegment name) {
    byte[] bytes = name.toArray(ValueLayout.JAVA_BYTE);
    int last = bytes.length - 1;
    return last >= 0 && bytes[last] == 0 ? Arrays.copyOf(bytes, last) : bytes;
  }
}
