package fcvm.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What the kernel knows about a file: `struct statx` (`include/uapi/linux/stat.h`), filled by
/// [#read]. For one thread; reusable.
public final class Statx {
  /// Bytes of the structure.
  public static final int SIZE = 256;

  public static final int S_IFMT = 0170000;
  public static final int S_IFSOCK = 0140000;
  public static final int S_IFLNK = 0120000;
  public static final int S_IFREG = 0100000;
  public static final int S_IFBLK = 0060000;
  public static final int S_IFDIR = 0040000;
  public static final int S_IFCHR = 0020000;
  public static final int S_IFIFO = 0010000;
  public static final int S_ISUID = 04000;
  public static final int S_ISGID = 02000;

  /// What `stat(2)` says, and the time of birth.
  public static final int STATX_BASIC_STATS_AND_BTIME = 0xfff;

  private static final int STATX_BASIC_STATS = 0x7ff;

  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  private static final int AT_EMPTY_PATH = 0x1000;

  private static final MemorySegment STATX = Libc.function("statx");

  private static final MemorySegment EMPTY = Arena.global().allocateFrom("");

  private final MemorySegment buffer = Arena.ofAuto().allocate(SIZE, 8);

  // Before the compilers have come to it, a buffer is read many times faster than a segment.
  private final ByteBuffer fields = buffer.asByteBuffer().order(ByteOrder.nativeOrder());

  /// An empty structure.
  public Statx() {}

  /// Asks about an open file; O_PATH is enough.
  ///
  /// @return 0 or `-errno`
  public int read(Fd file) {
    return Libc.callInt(
        STATX,
        file.number(),
        EMPTY.address(),
        AT_EMPTY_PATH,
        STATX_BASIC_STATS_AND_BTIME,
        buffer.address(),
        0);
  }

  /// Asks about a name in a directory; a symbolic link is not followed.
  ///
  /// @param name a C string
  /// @return 0 or `-errno`
  public int read(Fd directory, MemorySegment name) {
    try {
      return Libc.callInt(
          STATX,
          directory.number(),
          name.address(),
          AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
          STATX_BASIC_STATS_AND_BTIME,
          buffer.address(),
          0);
    } finally {
      Reference.reachabilityFence(name);
    }
  }

  /// Asks what `lstat(2)` asks about a path: all but the time of birth.
  ///
  /// @return 0 or `-errno`
  public int lstat(String path) {
    try (Arena arena = Arena.ofConfined()) {
      return Libc.callInt(
          STATX,
          AT_FDCWD,
          arena.allocateFrom(path).address(),
          AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
          STATX_BASIC_STATS,
          buffer.address(),
          0);
    }
  }

  /// The structure as the kernel wrote it.
  public MemorySegment buffer() {
    return buffer;
  }

  public int blksize() {
    return fields.getInt(4);
  }

  public int nlink() {
    return fields.getInt(16);
  }

  public int uid() {
    return fields.getInt(20);
  }

  public int gid() {
    return fields.getInt(24);
  }

  /// Type and permissions.
  public int mode() {
    return Short.toUnsignedInt(fields.getShort(28));
  }

  /// S_IFREG and its like.
  public int type() {
    return mode() & S_IFMT;
  }

  public long ino() {
    return fields.getLong(32);
  }

  /// Bytes.
  public long size() {
    return fields.getLong(40);
  }

  /// Units of 512 bytes.
  public long blocks() {
    return fields.getLong(48);
  }

  /// Seconds since 1970, as for the other times; each has nanoseconds beside it.
  public long atime() {
    return fields.getLong(64);
  }

  public int atimeNanos() {
    return fields.getInt(72);
  }

  /// When the file was made; 0 where the file system does not know.
  public long btime() {
    return fields.getLong(80);
  }

  public int btimeNanos() {
    return fields.getInt(88);
  }

  public long ctime() {
    return fields.getLong(96);
  }

  public int ctimeNanos() {
    return fields.getInt(104);
  }

  public long mtime() {
    return fields.getLong(112);
  }

  public int mtimeNanos() {
    return fields.getInt(120);
  }

  /// The device that the file is, in the kernel's 32-bit encoding (`new_encode_dev`).
  public int rdev() {
    return device(128);
  }

  /// The device that the file is on.
  public int dev() {
    return device(136);
  }

  /// [#dev] as sysfs names it: `MAJOR:MINOR`.
  public String deviceName() {
    return fields.getInt(136) + ":" + fields.getInt(140);
  }

  /// Which mount it was found through; 0 before Linux 5.8. The kernel tells it unasked. Like an
  /// inode's number it comes back, but not while something is open there.
  public long mountId() {
    return fields.getLong(144);
  }

  private int device(int offset) {
    int major = fields.getInt(offset);
    int minor = fields.getInt(offset + 4);
    return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
  }
}
