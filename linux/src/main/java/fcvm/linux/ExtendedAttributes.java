package fcvm.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Attributes that files carry by name, `xattr(7)`, of an open file; O_PATH is enough. Names are C
/// strings. All methods return a size or 0, or `-errno`.
public final class ExtendedAttributes {
  /// The most bytes that a value or a list of names has (`XATTR_SIZE_MAX`, `XATTR_LIST_MAX`).
  public static final int MAX_SIZE = 65536;

  private static final MemorySegment GETXATTR = Libc.function("getxattr");
  private static final MemorySegment SETXATTR = Libc.function("setxattr");
  private static final MemorySegment LISTXATTR = Libc.function("listxattr");
  private static final MemorySegment REMOVEXATTR = Libc.function("removexattr");

  private ExtendedAttributes() {}

  /// Reads a value; into an empty segment, tells its size.
  public static long get(Fd file, MemorySegment name, MemorySegment into) {
    try (Arena arena = Arena.ofConfined()) {
      return Libc.callLong(
          GETXATTR,
          ProcFd.path(arena, file).address(),
          name.address(),
          into.address(),
          into.byteSize());
    } finally {
      Reference.reachabilityFence(name);
      Reference.reachabilityFence(into);
    }
  }

  /// @param flags XATTR_CREATE (1) or XATTR_REPLACE (2)
  public static int set(Fd file, MemorySegment name, MemorySegment value, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return Libc.callInt(
          SETXATTR,
          ProcFd.path(arena, file).address(),
          name.address(),
          value.address(),
          value.byteSize(),
          flags,
          0);
    } finally {
      Reference.reachabilityFence(name);
      Reference.reachabilityFence(value);
    }
  }

  /// Reads all names, each with its NUL; into an empty segment, tells how many bytes.
  public static long list(Fd file, MemorySegment into) {
    try (Arena arena = Arena.ofConfined()) {
      return Libc.callLong(
          LISTXATTR, ProcFd.path(arena, file).address(), into.address(), into.byteSize());
    } finally {
      Reference.reachabilityFence(into);
    }
  }

  public static int remove(Fd file, MemorySegment name) {
    try (Arena arena = Arena.ofConfined()) {
      return Libc.callInt(REMOVEXATTR, ProcFd.path(arena, file).address(), name.address());
    } finally {
      Reference.reachabilityFence(name);
    }
  }
}
