package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A pseudo-terminal, `pty(7)`: the master is ours, the terminal is opened by its name.
///
/// @param master reads what programs print and writes what is typed; reading answers EIO when no
///   program has the terminal open any more
/// @param name the terminal's, `/dev/pts/N`
public record Pty(Fd master, String name) implements AutoCloseable {
  private static final long TIOCGPGRP = 0x540f;
  private static final long TIOCSWINSZ = 0x5414;
  private static final int WINSIZE_SIZE = 8;
  private static final int NAME_SIZE = 64;

  private static final MemorySegment OPENPT = Libc.function("posix_openpt");
  private static final MemorySegment GRANTPT = Libc.function("grantpt");
  private static final MemorySegment UNLOCKPT = Libc.function("unlockpt");
  private static final MemorySegment PTSNAME_R = Libc.function("ptsname_r");

  public static Pty open() throws LinuxException {
    int flags = Fd.O_RDWR | Fd.O_NOCTTY | Fd.O_CLOEXEC;
    int number = LinuxException.check("posix_openpt", Libc.callInt(OPENPT, flags));
    Fd master = Fd.of(number, "pty");
    try (Arena arena = Arena.ofConfined()) {
      LinuxException.check("grantpt", Libc.callInt(GRANTPT, number));
      LinuxException.check("unlockpt", Libc.callInt(UNLOCKPT, number));
      MemorySegment name = arena.allocate(NAME_SIZE);
      int error = Libc.callInt(PTSNAME_R, number, name.address(), NAME_SIZE);
      LinuxException.check("ptsname_r", -error);
      return new Pty(master, name.getString(0));
    } catch (LinuxException e) {
      master.close();
      throw e;
    }
  }

  /// Sets the terminal's size; its foreground process group is sent SIGWINCH.
  ///
  /// ```
  /// struct winsize { unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel; };
  /// ```
  public void resize(int rows, int columns) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(WINSIZE_SIZE, Short.BYTES);
      size.setAtIndex(JAVA_SHORT, 0, (short) rows);
      size.setAtIndex(JAVA_SHORT, 1, (short) columns);
      master.ioctl("TIOCSWINSZ", TIOCSWINSZ, size);
    }
  }

  /// The process group that the terminal's signals go to, or 0 if there is none.
  public int foregroundGroup() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment group = arena.allocate(JAVA_INT);
      int result = master.ioctlResult(TIOCGPGRP, group.address());
      return result < 0 ? 0 : Math.max(0, group.get(JAVA_INT, 0));
    }
  }

  /// Closes the master: programs on the terminal are hung up.
  @Override
  public void close() {
    master.close();
  }
}
