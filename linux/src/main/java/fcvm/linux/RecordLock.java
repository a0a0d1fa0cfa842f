package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A lock on a range of bytes that belongs to an open file, not to a process: `fcntl(2)`, F_OFD_*.
/// It conflicts with traditional locks and with those of other open files of the same file.
///
/// @param type F_RDLCK, F_WRLCK or F_UNLCK
/// @param start bytes from the file's start
/// @param length bytes, 0 for all there will ever be
/// @param pid who holds it; -1 if an open file does, not a process
public record RecordLock(int type, long start, long length, int pid) {
  public static final int F_RDLCK = 0;
  public static final int F_WRLCK = 1;
  public static final int F_UNLCK = 2;

  private static final int F_OFD_GETLK = 36;
  private static final int F_OFD_SETLK = 37;
  private static final int LOCK_SH = 1;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int LOCK_UN = 8;
  // struct flock { short l_type, l_whence; off_t l_start, l_len; pid_t l_pid; }
  private static final int FLOCK_SIZE = 32;

  private static final MemorySegment FCNTL = Libc.function("fcntl");
  private static final MemorySegment FLOCK = Libc.function("flock");

  /// Sets or removes this lock, without waiting: 0, or -EAGAIN if another one is in the way, or
  /// `-errno`.
  public int set(Fd file) {
    try (Arena arena = Arena.ofConfined()) {
      return Libc.callInt(FCNTL, file.number(), F_OFD_SETLK, struct(arena).address());
    }
  }

  /// A lock that is in this one's way; of type F_UNLCK if there is none.
  public RecordLock conflict(Fd file) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment flock = struct(arena);
      int result = Libc.callInt(FCNTL, file.number(), F_OFD_GETLK, flock.address());
      LinuxException.check(result < 0 ? "F_OFD_GETLK on " + file : "", result);
      return new RecordLock(
          flock.get(JAVA_SHORT, 0),
          flock.get(JAVA_LONG, 8),
          flock.get(JAVA_LONG, 16),
          flock.get(JAVA_INT, 24));
    }
  }

  /// The locks that an open file holds, as `/proc/self/fdinfo/N` shows them (`proc_pid_fdinfo(5)`):
  /// `lock: 1: OFDLCK ADVISORY WRITE -1 fe:00:1234 0 EOF`.
  ///
  /// @throws IOException if the kernel does not show them
  public static List<RecordLock> heldBy(Fd file) throws IOException {
    List<RecordLock> held = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + file.number()))) {
      String[] words = line.split("\\s+", -1);
      if (words[0].equals("lock:") && words[2].equals("OFDLCK")) {
        int type = words[4].equals("WRITE") ? F_WRLCK : F_RDLCK;
        long start = Long.parseLong(words[7]);
        long length = words[8].equals("EOF") ? 0 : Long.parseLong(words[8]) - start + 1;
        held.add(new RecordLock(type, start, length, -1));
      }
    }
    return held;
  }

  /// Whether this lock and one of another owner exclude each other.
  public boolean excludes(RecordLock other) {
    return (type == F_WRLCK || other.type == F_WRLCK)
        && start <= other.last()
        && other.start <= last();
  }

  private long last() {
    return length == 0 ? Long.MAX_VALUE : start + length - 1;
  }

  private MemorySegment struct(Arena arena) {
    // The pid stays 0, as the kernel demands of these locks.
    MemorySegment flock = arena.allocate(FLOCK_SIZE, 8);
    flock.set(JAVA_SHORT, 0, (short) type);
    flock.set(JAVA_LONG, 8, start);
    flock.set(JAVA_LONG, 16, length);
    return flock;
  }

  /// The lock of the whole file that `flock(2)` sets, without waiting: 0, -EAGAIN or `-errno`.
  ///
  /// @param type F_RDLCK for a shared one, F_WRLCK for an exclusive one, F_UNLCK to remove it
  public static int setWhole(Fd file, int type) {
    int operation =
        switch (type) {
          case F_RDLCK -> LOCK_SH | LOCK_NB;
          case F_WRLCK -> LOCK_EX | LOCK_NB;
          default -> LOCK_UN;
        };
    return Libc.callInt(FLOCK, file.number(), operation);
  }
}
