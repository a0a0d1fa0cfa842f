package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/// A program to start in a session of its own, with `posix_spawn(3)`: byte-exact, without a shell,
/// and without the descriptors, signal mask and dispositions of this process.
///
/// `posix_spawn` is what a JVM can use safely: between fork and exec, no Java code could run.
///
/// @param path the program's file; [ProgramPath] finds it
/// @param argv its arguments, `argv[0]` included
/// @param environment `NAME=value` each, all that it gets
/// @param directory its working directory; empty for ours
/// @param stdio where its descriptors 0, 1 and 2 come from
@SuppressWarnings("ArrayRecordComponent") // a path is bytes; spawns are started, never compared
public record Spawn(
    byte[] path, List<byte[]> argv, List<byte[]> environment, byte[] directory, Stdio stdio) {

  /// The standard descriptors of a child.
  public sealed interface Stdio {
    /// Duplicates of ours.
    record Descriptors(Fd in, Fd out, Fd err) implements Stdio {}

    /// The same, and one more, which the child finds as its descriptor [#FIRST_AFTER_STDIO].
    record AndOneMore(Descriptors stdio, Fd more) implements Stdio {}

    /// All three the terminal with this name, which becomes the controlling terminal: the child is
    /// a session leader without one, and opens it (`tty_ioctl(4)`).
    record Terminal(String name) implements Stdio {}
  }

  // glibc: sizeof(posix_spawnattr_t) is 336, posix_spawn_file_actions_t 80, sigset_t 128, on both
  // architectures; the rest is room.
  private static final long ATTRIBUTES_SIZE = 512;
  private static final long ACTIONS_SIZE = 256;
  private static final long SIGSET_SIZE = 128;

  private static final int POSIX_SPAWN_SETSIGDEF = 0x04;
  private static final int POSIX_SPAWN_SETSIGMASK = 0x08;
  private static final int POSIX_SPAWN_SETSID = 0x80;

  /// The first descriptor that is not a standard one.
  public static final int FIRST_AFTER_STDIO = 3;

  private static final MemorySegment SPAWN = Libc.function("posix_spawn");
  private static final MemorySegment ATTR_INIT = Libc.function("posix_spawnattr_init");
  private static final MemorySegment ATTR_DESTROY = Libc.function("posix_spawnattr_destroy");
  private static final MemorySegment SETFLAGS = Libc.function("posix_spawnattr_setflags");
  private static final MemorySegment SETSIGDEFAULT = Libc.function("posix_spawnattr_setsigdefault");
  private static final MemorySegment SETSIGMASK = Libc.function("posix_spawnattr_setsigmask");
  private static final MemorySegment SIGFILLSET = Libc.function("sigfillset");
  private static final MemorySegment ACTIONS_INIT = Libc.function("posix_spawn_file_actions_init");
  private static final MemorySegment ACTIONS_DESTROY =
      Libc.function("posix_spawn_file_actions_destroy");
  private static final MemorySegment ADDDUP2 = Libc.function("posix_spawn_file_actions_adddup2");
  private static final MemorySegment ADDOPEN = Libc.function("posix_spawn_file_actions_addopen");
  private static final MemorySegment ADDCHDIR =
      Libc.function("posix_spawn_file_actions_addchdir_np");
  private static final MemorySegment ADDCLOSEFROM =
      Libc.function("posix_spawn_file_actions_addclosefrom_np");

  /// Starts it.
  ///
  /// @return the pid, which is the process group's and session's id too; or `-errno` of what
  ///   failed: the exec, the change of directory, the opening of the terminal
  public int startResult() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = attributes(arena);
      MemorySegment actions = actions(arena);
      try {
        MemorySegment pid = arena.allocate(JAVA_INT);
        int error =
            Libc.callInt(
                SPAWN,
                pid.address(),
                CStrings.string(arena, path).address(),
                actions.address(),
                attributes.address(),
                CStrings.array(arena, argv).address(),
                CStrings.array(arena, environment).address());
        return error == 0 ? pid.get(JAVA_INT, 0) : -error;
      } finally {
        Libc.callInt(ACTIONS_DESTROY, actions.address());
        Libc.callInt(ATTR_DESTROY, attributes.address());
      }
    }
  }

  private static MemorySegment attributes(SegmentAllocator arena) {
    MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 16);
    MemorySegment none = arena.allocate(SIGSET_SIZE, 8);
    MemorySegment all = arena.allocate(SIGSET_SIZE, 8);
    Libc.callInt(SIGFILLSET, all.address());
    Libc.callInt(ATTR_INIT, attributes.address());
    Libc.callInt(SETSIGDEFAULT, attributes.address(), all.address());
    Libc.callInt(SETSIGMASK, attributes.address(), none.address());
    int flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    Libc.callInt(SETFLAGS, attributes.address(), flags);
    return attributes;
  }

  // In the order in which the child takes them.
  private MemorySegment actions(SegmentAllocator arena) {
    MemorySegment actions = arena.allocate(ACTIONS_SIZE, 16);
    Libc.callInt(ACTIONS_INIT, actions.address());
    int firstToClose = FIRST_AFTER_STDIO;
    switch (stdio) {
      case Stdio.Descriptors descriptors -> duplicate(actions, descriptors);
      case Stdio.AndOneMore(Stdio.Descriptors descriptors, Fd more) -> {
        duplicate(actions, descriptors);
        duplicate(actions, more.number(), firstToClose++);
      }
      case Stdio.Terminal(String name) -> {
        long terminal = arena.allocateFrom(name).address();
        Libc.callInt(ADDOPEN, actions.address(), 0, terminal, Fd.O_RDWR, 0, 0);
        duplicate(actions, 0, 1);
        duplicate(actions, 0, 2);
      }
    }
    // The JDK opens some of its files without O_CLOEXEC.
    Libc.callInt(ADDCLOSEFROM, actions.address(), firstToClose);
    if (directory.length > 0) {
      Libc.callInt(ADDCHDIR, actions.address(), CStrings.string(arena, directory).address());
    }
    return actions;
  }

  private static void duplicate(MemorySegment actions, Stdio.Descriptors stdio) {
    duplicate(actions, stdio.in().number(), 0);
    duplicate(actions, stdio.out().number(), 1);
    duplicate(actions, stdio.err().number(), 2);
  }

  private static void duplicate(MemorySegment actions, int from, int to) {
    Libc.callInt(ADDDUP2, actions.address(), from, to);
  }
}
