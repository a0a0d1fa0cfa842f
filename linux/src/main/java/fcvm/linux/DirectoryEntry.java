package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// A name in an open directory: making, finding, moving and removing what it stands for.
///
/// A name is a C string in native memory. Symbolic links are never followed, and a name that would
/// lead out of the directory (`..`, a leading `/`) is the caller's to refuse. All methods return
/// zero or more, or `-errno`.
public final class DirectoryEntry {
  public static final int RENAME_NOREPLACE = 1;
  public static final int RENAME_EXCHANGE = 2;
  public static final int RENAME_WHITEOUT = 4;

  // The numbers of calls that libc has no function for are the same on both architectures.
  private static final int SYS_OPENAT2 = 437;
  private static final int SYS_FACCESSAT2 = 439;
  private static final int OPEN_HOW_SIZE = 24;
  private static final long RESOLVE_NO_MAGICLINKS = 0x02;
  private static final long RESOLVE_NO_SYMLINKS = 0x04;
  private static final long RESOLVE_BENEATH = 0x08;

  private static final int AT_FDCWD = -100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int AT_SYMLINK_FOLLOW = 0x400;
  private static final int AT_EACCESS = 0x200;
  private static final int AT_EMPTY_PATH = 0x1000;

  private static final MemorySegment SYSCALL = Libc.function("syscall");
  private static final MemorySegment OPENAT = Libc.function("openat");
  private static final MemorySegment MKDIRAT = Libc.function("mkdirat");
  private static final MemorySegment MKNODAT = Libc.function("mknodat");
  private static final MemorySegment SYMLINKAT = Libc.function("symlinkat");
  private static final MemorySegment LINKAT = Libc.function("linkat");
  private static final MemorySegment UNLINKAT = Libc.function("unlinkat");
  private static final MemorySegment RENAMEAT2 = Libc.function("renameat2");
  private static final MemorySegment READLINKAT = Libc.function("readlinkat");

  private static final MemorySegment EMPTY = Arena.global().allocateFrom("");

  /// Many more than the same race can be lost in a row.
  private static final int TRIES = 1000;

  private DirectoryEntry() {}

  /// `openat2(2)`, with O_CLOEXEC and O_NOFOLLOW, beneath the directory only: the kernel itself
  /// refuses any symbolic link but one that O_PATH asks for.
  ///
  /// @param mode permissions of a file that O_CREAT makes
  /// @return a descriptor's number
  public static int open(Fd directory, MemorySegment name, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      // struct open_how { __u64 flags, mode, resolve; }
      MemorySegment how = arena.allocate(OPEN_HOW_SIZE, 8);
      how.setAtIndex(JAVA_LONG, 0, flags | Fd.O_CLOEXEC | Fd.O_NOFOLLOW);
      how.setAtIndex(JAVA_LONG, 1, mode);
      how.setAtIndex(JAVA_LONG, 2, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS);
      int tries = TRIES;
      int result;
      do {
        result =
            Libc.callInt(
                SYSCALL,
                SYS_OPENAT2,
                directory.number(),
                name.address(),
                how.address(),
                OPEN_HOW_SIZE,
                0);
      } while (isAgain(result) && --tries > 0);
      return result;
    } finally {
      Reference.reachabilityFence(name);
    }
  }

  // EAGAIN, EXDEV: somebody renamed something meanwhile; the kernel cannot tell whether this is
  // still beneath the directory, or it was moved out just after it was found.
  private static boolean isAgain(int result) {
    return result == -Errno.EINTR.number()
        || result == -Errno.EAGAIN.number()
        || result == -Errno.EXDEV.number();
  }

  /// Opens the file behind a descriptor once more, O_PATH or not, with O_CLOEXEC.
  ///
  /// @return a descriptor's number
  public static int reopen(Fd file, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      long path = ProcFd.path(arena, file).address();
      int result;
      do {
        result = Libc.callInt(OPENAT, AT_FDCWD, path, flags | Fd.O_CLOEXEC, 0);
      } while (result == -Errno.EINTR.number());
      return result;
    }
  }

  public static int makeDirectory(Fd directory, MemorySegment name, int mode) {
    try {
      return Libc.callInt(MKDIRAT, directory.number(), name.address(), mode);
    } finally {
      Reference.reachabilityFence(name);
    }
  }

  /// @param mode type and permissions
  /// @param rdev a device's number, as [Statx#rdev] has it
  public static int makeNode(Fd directory, MemorySegment name, int mode, int rdev) {
    try {
      long device = Integer.toUnsignedLong(rdev);
      return Libc.callInt(MKNODAT, directory.number(), name.address(), mode, device);
    } finally {
      Reference.reachabilityFence(name);
    }
  }

  /// @param target a C string
  public static int makeSymlink(MemorySegment target, Fd directory, MemorySegment name) {
    try {
      return Libc.callInt(SYMLINKAT, target.address(), directory.number(), name.address());
    } finally {
      Reference.reachabilityFence(target);
      Reference.reachabilityFence(name);
    }
  }

  /// Gives an open file another name.
  public static int link(Fd file, Fd directory, MemorySegment name) {
    try (Arena arena = Arena.ofConfined()) {
      // Following leads from /proc/self/fd/N to the file, and from there no further. AT_EMPTY_PATH
      // would demand CAP_DAC_READ_SEARCH.
      return Libc.callInt(
          LINKAT,
          AT_FDCWD,
          ProcFd.path(arena, file).address(),
          directory.number(),
          name.address(),
          AT_SYMLINK_FOLLOW,
          0);
    } finally {
      Reference.reachabilityFence(name);
    }
  }

  /// Removes a name of anything but a directory.
  public static int unlink(Fd directory, MemorySegment name) {
    return remove(directory, name, 0);
  }

  public static int removeDirectory(Fd directory, MemorySegment name) {
    return remove(directory, name, AT_REMOVEDIR);
  }

  private static int remove(Fd directory, MemorySegment name, int flags) {
    try {
      return Libc.callInt(UNLINKAT, directory.number(), name.address(), flags);
    } finally {
      Reference.reachabilityFence(name);
    }
  }

  /// @param flags RENAME_NOREPLACE and its like
  public static int rename(
      Fd directory, MemorySegment name, Fd newDirectory, MemorySegment newName, int flags) {
    try {
      return Libc.callInt(
          RENAMEAT2,
          directory.number(),
          name.address(),
          newDirectory.number(),
          newName.address(),
          flags,
          0);
    } finally {
      Reference.reachabilityFence(name);
      Reference.reachabilityFence(newName);
    }
  }

  /// Reads where an open symbolic link points.
  ///
  /// @return bytes written; there is no NUL at the end
  public static int readLink(Fd link, MemorySegment into) {
    try {
      return Libc.callInt(
          READLINKAT, link.number(), EMPTY.address(), into.address(), into.byteSize());
    } finally {
      Reference.reachabilityFence(into);
    }
  }

  /// Whether the calling thread's file system credentials allow access to an open file.
  ///
  /// @param mask R_OK (4), W_OK (2), X_OK (1), or-ed
  public static int access(Fd file, int mask) {
    return Libc.callInt(
        SYSCALL,
        SYS_FACCESSAT2,
        file.number(),
        EMPTY.address(),
        mask,
        AT_EACCESS | AT_EMPTY_PATH,
        0);
  }
}
