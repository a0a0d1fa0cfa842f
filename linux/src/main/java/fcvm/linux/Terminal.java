package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// A descriptor of this process that may be a terminal: its size, and raw mode that ends.
///
/// Source: `tcgetattr(3)`, `cfmakeraw(3)`, `tty_ioctl(4)`.
public final class Terminal {
  /// Standard input, as a terminal.
  public static final int STDIN = 0;

  /// Standard output, as a terminal.
  public static final int STDOUT = 1;

  /// Standard error, as a terminal.
  public static final int STDERR = 2;

  // glibc's struct termios has 60 bytes on both architectures (bits/termios-struct.h).
  private static final long TERMIOS_BYTES = 64;
  private static final long C_OFLAG = 4;
  private static final int OPOST = 1;
  private static final int TCSADRAIN = 1;
  private static final long TIOCGWINSZ = 0x5413;

  private static final MemorySegment ISATTY = Libc.function("isatty");
  private static final MemorySegment IOCTL = Libc.function("ioctl");
  private static final MemorySegment TCGETATTR = Libc.function("tcgetattr");
  private static final MemorySegment TCSETATTR = Libc.function("tcsetattr");
  private static final MemorySegment CFMAKERAW = Libc.function("cfmakeraw");

  private Terminal() {}

  /// Whether a descriptor is a terminal.
  public static boolean isTerminal(int fd) {
    return Libc.callInt(ISATTY, fd) == 1;
  }

  /// Rows and columns of a terminal (`struct winsize`).
  public record Size(int rows, int columns) {}

  /// The size of the terminal behind a descriptor; 24 × 80 where it has none.
  public static Size size(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment winsize = arena.allocate(8);
      int result = Libc.callInt(IOCTL, fd, TIOCGWINSZ, winsize.address());
      int rows = Short.toUnsignedInt(winsize.get(JAVA_SHORT, 0));
      int columns = Short.toUnsignedInt(winsize.get(JAVA_SHORT, 2));
      return result < 0 || rows == 0 || columns == 0 ? new Size(24, 80) : new Size(rows, columns);
    }
  }

  /// Puts the terminal into raw mode: every byte goes to the reader at once, none is a signal.
  ///
  /// @return closing it gives the terminal its former settings back
  public static Raw raw(int fd) throws LinuxException {
    return change(fd, termios -> Libc.callInt(CFMAKERAW, termios.address()));
  }

  /// Lets the terminal show bytes as they come, with no carriage return added; what is typed is
  /// treated as before, Ctrl-C included.
  ///
  /// @return closing it gives the terminal its former settings back
  public static Raw rawOutput(int fd) throws LinuxException {
    return change(
        fd,
        termios -> {
          int flags = termios.get(JAVA_INT, C_OFLAG);
          termios.set(JAVA_INT, C_OFLAG, flags & ~OPOST);
        });
  }

  private static Raw change(int fd, Consumer<MemorySegment> change) throws LinuxException {
    MemorySegment saved = Arena.ofAuto().allocate(TERMIOS_BYTES);
    LinuxException.check("tcgetattr", Libc.callInt(TCGETATTR, fd, saved.address()));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment changed = arena.allocate(TERMIOS_BYTES).copyFrom(saved);
      change.accept(changed);
      set(fd, changed);
    }
    return new Raw(fd, saved);
  }

  private static void set(int fd, MemorySegment termios) throws LinuxException {
    try {
      LinuxException.check("tcsetattr", Libc.callInt(TCSETATTR, fd, TCSADRAIN, termios.address()));
    } finally {
      Reference.reachabilityFence(termios);
    }
  }

  /// A terminal with other settings than it had.
  public static final class Raw implements AutoCloseable {
    private final int fd;
    private final MemorySegment saved;
    private final AtomicBoolean restored = new AtomicBoolean();

    private Raw(int fd, MemorySegment saved) {
      this.fd = fd;
      this.saved = saved;
    }

    /// Restores the terminal, once; any thread may call it, a shutdown hook too.
    @Override
    public void close() {
      if (restored.compareAndSet(false, true)) {
        try {
          set(fd, saved);
        } catch (LinuxException e) {
          // The terminal is gone (its window was closed): there is nothing left to restore.
          return;
        }
      }
    }
  }
}
