package fcvm.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// Finds a program as a shell does: by its path if it has a slash, else in the directories of the
/// `PATH` that the program itself is going to get.
public final class ProgramPath {
  private static final int X_OK = 1;
  private static final byte[] PATH = {'P', 'A', 'T', 'H', '='};

  private static final MemorySegment ACCESS = Libc.function("access");

  private ProgramPath() {}

  /// The file to execute.
  ///
  /// @param program `argv[0]`
  /// @param environment the program's own; its last `PATH=` counts
  /// @return the path, as bytes; if there is no such program, the name as it is, which fails to
  ///   execute with the errno that says so
  public static byte[] find(byte[] program, List<byte[]> environment) {
    if (program.length == 0 || contains(program, '/')) {
      return program;
    }
    byte[] path = path(environment);
    byte[] found = null;
    for (int start = 0; start <= path.length; ) {
      int end = start;
      while (end < path.length && path[end] != ':') {
        end++;
      }
      byte[] file = join(path, start, end, program);
      int result = access(file);
      if (result == 0) {
        return file;
      }
      // There, but not for us to execute: said only if no other directory has it.
      found = found == null && result == -Errno.EACCES.number() ? file : found;
      start = end + 1;
    }
    return found != null ? found : program;
  }

  private static byte[] path(List<byte[]> environment) {
    byte[] path = {};
    for (byte[] entry : environment) {
      if (entry.length >= PATH.length
          && Arrays.equals(entry, 0, PATH.length, PATH, 0, PATH.length)) {
        path = Arrays.copyOfRange(entry, PATH.length, entry.length);
      }
    }
    return path;
  }

  // An empty element is the current directory, POSIX says; ours is not the program's, so: "./".
  private static byte[] join(byte[] path, int start, int end, byte[] program) {
    int length = end - start;
    byte[] directory = length == 0 ? new byte[] {'.'} : new byte[length];
    if (length > 0) {
      System.arraycopy(path, start, directory, 0, length);
    }
    byte[] file = Arrays.copyOf(directory, directory.length + 1 + program.length);
    file[directory.length] = '/';
    System.arraycopy(program, 0, file, directory.length + 1, program.length);
    return file;
  }

  private static int access(byte[] file) {
    try (Arena arena = Arena.ofConfined()) {
      return Libc.callInt(ACCESS, CStrings.string(arena, file).address(), X_OK);
    }
  }

  private static boolean contains(byte[] bytes, char wanted) {
    for (byte b : bytes) {
      if (b == wanted) {
        return true;
      }
    }
    return false;
  }
}
