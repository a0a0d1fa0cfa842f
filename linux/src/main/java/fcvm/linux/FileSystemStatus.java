package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What a file system is, and how full: `struct statfs`, the same on x86_64 and aarch64.
///
/// @param type a number of `include/uapi/linux/magic.h`
/// @param blockSize bytes; the preferred size of transfers
/// @param blocks all of them, in units of `fragmentSize`; so are the next two
/// @param files inodes
/// @param nameMax bytes that a name may have
/// @param fragmentSize bytes
public record FileSystemStatus(
    long type,
    long blockSize,
    long blocks,
    long blocksFree,
    long blocksAvailable,
    long files,
    long filesFree,
    long nameMax,
    long fragmentSize) {
  /// The type of overlayfs.
  public static final long OVERLAYFS_SUPER_MAGIC = 0x794c7630;

  private static final int SIZE = 120;

  private static final MemorySegment FSTATFS = Libc.function("fstatfs");
  private static final MemorySegment SYNCFS = Libc.function("syncfs");

  /// The file system of an open file; O_PATH is enough.
  public static FileSystemStatus of(Fd file) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment statfs = arena.allocate(SIZE, 8);
      int result = Libc.callInt(FSTATFS, file.number(), statfs.address());
      LinuxException.check(result < 0 ? "fstatfs of " + file : "", result);
      return new FileSystemStatus(
          statfs.getAtIndex(JAVA_LONG, 0),
          statfs.getAtIndex(JAVA_LONG, 1),
          statfs.getAtIndex(JAVA_LONG, 2),
          statfs.getAtIndex(JAVA_LONG, 3),
          statfs.getAtIndex(JAVA_LONG, 4),
          statfs.getAtIndex(JAVA_LONG, 5),
          statfs.getAtIndex(JAVA_LONG, 6),
          statfs.getAtIndex(JAVA_LONG, 8),
          statfs.getAtIndex(JAVA_LONG, 9));
    }
  }

  /// `syncfs(2)`: all of the file system of an open file survives a power failure. 0 or `-errno`.
  public static int sync(Fd file) {
    return Libc.callInt(SYNCFS, file.number());
  }
}
