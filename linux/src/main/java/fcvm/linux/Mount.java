package fcvm.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A file system at a place, `mount(2)`.
public final class Mount {
  public static final int MS_RDONLY = 1;
  public static final int MS_NOSUID = 2;
  public static final int MS_NODEV = 4;
  public static final int MS_NOEXEC = 8;
  public static final int MS_REMOUNT = 32;

  private static final int MNT_DETACH = 2;

  private static final MemorySegment MOUNT = Libc.function("mount");
  private static final MemorySegment UMOUNT2 = Libc.function("umount2");

  private Mount() {}

  /// Mounts a file system.
  ///
  /// @param source the device, or any name for a file system without one
  /// @param flags MS_NOSUID and its like, or-ed
  /// @param options the file system's own, separated by commas; may be empty
  public static void mount(String source, String target, String type, int flags, String options)
      throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      int result =
          Libc.callInt(
              MOUNT,
              arena.allocateFrom(source).address(),
              arena.allocateFrom(target).address(),
              arena.allocateFrom(type).address(),
              flags,
              arena.allocateFrom(options).address(),
              0);
      LinuxException.check("mount of " + type + " on " + target, result);
    }
  }

  /// `umount2(2)`: 0 or `-errno`.
  public static int unmountResult(String target) {
    return unmount(target, 0);
  }

  /// Takes a file system out of sight now, and away when nobody uses it any more: 0 or `-errno`.
  public static int detachResult(String target) {
    return unmount(target, MNT_DETACH);
  }

  private static int unmount(String target, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return Libc.callInt(UMOUNT2, arena.allocateFrom(target).address(), flags);
    }
  }
}
