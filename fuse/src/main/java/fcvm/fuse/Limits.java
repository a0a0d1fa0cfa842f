package fcvm.fuse;

import fcvm.linux.LinuxException;
import fcvm.linux.ResourceLimit;

/// What one guest may make a [Passthrough] hold.
///
/// @param inodes files that it knows at a time; beyond that, looking up another one fails with
///   ENFILE. One costs about 150 bytes
/// @param paths descriptors that stand for files it knows; the file used longest ago loses its own,
///   and is found again by its name
/// @param handles files and directories that it has open, and again as many processes with locks;
///   beyond that, opening another one fails with ENFILE, locking with ENOLCK
public record Limits(int inodes, int paths, int handles) {
  private static final int INODE_SHARE_OF_HEAP = 512;
  private static final int MIN_INODES = 1 << 16;
  private static final int MAX_INODES = 1 << 22;
  private static final int MIN_DESCRIPTORS = 64;
  private static final int MAX_DESCRIPTORS = 1 << 17;

  /// A fair part of what this process may use, if that many guests' directories share it: half of
  /// the descriptors, and at most a third of the heap.
  ///
  /// @throws LinuxException if the kernel does not tell its limit
  public static Limits of(int directories) throws LinuxException {
    long descriptors = ResourceLimit.descriptors() / 2 / directories;
    int part = Math.clamp(descriptors / 4, MIN_DESCRIPTORS, MAX_DESCRIPTORS);
    long heap = Runtime.getRuntime().maxMemory() / INODE_SHARE_OF_HEAP / directories;
    return new Limits(Math.clamp(heap, MIN_INODES, MAX_INODES), part, part);
  }
}
