package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.*;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where a fuzzer that looks at coverage begins: for each opcode a session of requests that are
/// right, as the bytes with which [RequestFuzzer] chooses them.
final class FuzzSeeds {
  private static final int ROOT = 1;
  private static final int FILE = 2;
  private static final int DIRECTORY = 3;
  private static final int LINK = 4;

  // What is made first.
  private static final int NEW = 6;

  // Handles by their place among those that are open.
  private static final int OPEN_FILE = 1;
  private static final int OPEN_DIRECTORY = 2;

  private static final int FATTR_MODE = 1;
  private static final int FATTR_SIZE = 8;
  private static final int READ_LOCK = 0;
  private static final int WRITE_LOCK = 1;
  private static final int UNLOCK = 2;
  private static final int EXCHANGE = 2;
  private static final int SEEK_HOLE = 4;
  private static final int KEEP_SIZE = 1;

  private static final byte[] DATA = "some data".getBytes(StandardCharsets.US_ASCII);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private FuzzSeeds() {}

  /// Writes each to a file of a directory, and makes one beside it for what the fuzzer finds.
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    Files.createDirectories(directory.resolveSibling("corpus"));
    // The longest seed is as long as libFuzzer makes its inputs: hence one of all together.
    ByteArrayOutputStream together = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> seed : all().entrySet()) {
      Files.write(directory.resolve(seed.getKey()), seed.getValue());
      together.writeBytes(seed.getValue());
    }
    Files.write(directory.resolve("together"), together.toByteArray());
  }

  /// All seeds by what they do.
  static Map<String, byte[]> all() {
    Map<String, FuzzSeeds> seeds = new LinkedHashMap<>();
    names(seeds);
    files(seeds);
    attributes(seeds);
    locks(seeds);
    Map<String, byte[]> all = new LinkedHashMap<>();
    seeds.forEach((name, seed) -> all.put(name, seed.bytes.toByteArray()));
    return all;
  }

  private static void names(Map<String, FuzzSeeds> seeds) {
    seeds.put("create", new FuzzSeeds().request(FUSE_CREATE, ROOT, 2, 0100644, 0, 0, "new"));
    seeds.put(
        "forget",
        new FuzzSeeds()
            .request(FUSE_LOOKUP, ROOT, "a")
            .request(FUSE_FORGET, FILE, 1)
            .request(FUSE_LOOKUP, ROOT, "a")
            .request(FUSE_BATCH_FORGET, 0, 2, 0, FILE, 1, DIRECTORY, 1));
    seeds.put(
        "symlink",
        new FuzzSeeds()
            .request(FUSE_SYMLINK, ROOT, "new", "../secret")
            .request(FUSE_READLINK, LINK)
            .request(FUSE_READLINK, NEW));
    seeds.put(
        "mknod",
        new FuzzSeeds()
            .request(FUSE_MKNOD, ROOT, 0100644, 0, 0, 0, "new")
            .request(FUSE_LINK, ROOT, FILE, "other")
            .request(FUSE_UNLINK, ROOT, "new"));
    seeds.put(
        "mkdir",
        new FuzzSeeds()
            .request(FUSE_MKDIR, ROOT, 0777, 0, "new")
            .request(FUSE_RENAME, ROOT, DIRECTORY, "new", "other")
            .request(FUSE_RENAME2, ROOT, DIRECTORY, EXCHANGE, 0, "a", "other")
            .request(FUSE_RMDIR, ROOT, "a"));
    seeds.put("tmpfile", new FuzzSeeds().request(FUSE_TMPFILE, ROOT, 2, 0100644, 0, 0, ""));
    seeds.put(
        "readdir",
        new FuzzSeeds()
            .request(FUSE_OPENDIR, DIRECTORY, 0, 0)
            .request(FUSE_READDIR, DIRECTORY, OPEN_DIRECTORY, 0, 4096, 0, 0, 0, 0)
            .request(FUSE_READDIRPLUS, DIRECTORY, OPEN_DIRECTORY, 0, 4096, 0, 0, 0, 0)
            .request(FUSE_FSYNCDIR, DIRECTORY, OPEN_DIRECTORY, 0, 0)
            .request(FUSE_RELEASEDIR, DIRECTORY, OPEN_DIRECTORY, 0, 0, 0));
  }

  private static void files(Map<String, FuzzSeeds> seeds) {
    seeds.put(
        "write",
        new FuzzSeeds()
            .request(FUSE_OPEN, FILE, 2, 0)
            .request(FUSE_WRITE, FILE, OPEN_FILE, 4096, DATA.length, 0, 0, 2, 0, DATA)
            .request(FUSE_READ, FILE, OPEN_FILE, 0, 4096, 0, 0, 2, 0)
            .request(FUSE_LSEEK, FILE, OPEN_FILE, 0, SEEK_HOLE, 0)
            .request(FUSE_FSYNC, FILE, OPEN_FILE, 0, 0)
            .request(FUSE_FLUSH, FILE, OPEN_FILE, 0, 0, 1)
            .request(FUSE_RELEASE, FILE, OPEN_FILE, 2, 0, 1));
    seeds.put(
        "copy",
        new FuzzSeeds()
            .request(FUSE_FALLOCATE, FILE, OPEN_FILE, 0, 4096, KEEP_SIZE, 0)
            .request(FUSE_COPY_FILE_RANGE, FILE, OPEN_FILE, 0, FILE, OPEN_FILE, 4096, 7, 0));
  }

  private static void attributes(Map<String, FuzzSeeds> seeds) {
    seeds.put(
        "attributes",
        new FuzzSeeds()
            .request(FUSE_GETATTR, FILE, 0, 0, 0)
            .request(FUSE_STATX, FILE, 0, 0, 0, 0, 0x7ff)
            .request(FUSE_SETATTR, FILE, set(FATTR_MODE, 0, 0777))
            .request(FUSE_SETATTR, FILE, set(FATTR_SIZE, 4096, 0))
            .request(FUSE_ACCESS, FILE, 0, 0)
            .request(FUSE_STATFS, ROOT)
            .request(FUSE_SYNCFS, ROOT, 0));
    seeds.put(
        "xattr",
        new FuzzSeeds()
            .request(FUSE_SETXATTR, FILE, DATA.length, 0, 0, 0, "trusted.b", DATA)
            .request(FUSE_GETXATTR, FILE, 0, 0, "trusted.b")
            .request(FUSE_GETXATTR, FILE, 4096, 0, "trusted.b")
            .request(FUSE_LISTXATTR, FILE, 4096, 0)
            .request(FUSE_REMOVEXATTR, FILE, "trusted.b"));
  }

  private static Object[] set(int valid, long size, int mode) {
    return new Object[] {valid, 0, 0, size, 0, 0, 0, 0, 0, 0, 0, mode, 0, 0, 0, 0};
  }

  private static void locks(Map<String, FuzzSeeds> seeds) {
    seeds.put(
        "locks",
        new FuzzSeeds()
            .request(FUSE_SETLK, FILE, OPEN_FILE, 1, 0, 4096, WRITE_LOCK, 7, 0, 0)
            .request(FUSE_GETLK, FILE, OPEN_FILE, 2, 0, 1, READ_LOCK, 7, 0, 0)
            .request(FUSE_SETLK, FILE, OPEN_FILE, 1, 0, 4096, UNLOCK, 7, 0, 0)
            .request(FUSE_SETLKW, FILE, OPEN_FILE, 1, 0, 4096, READ_LOCK, 7, 0, 0)
            .request(FUSE_INTERRUPT, 0, 1));
    seeds.put(
        "session",
        new FuzzSeeds()
            .request(FUSE_DESTROY, 0)
            .request(FUSE_INIT, 0, 7, 41, 1 << 20, -1, -1, 0, 0, 0, 0, 0, 0)
            .request(FUSE_LOOKUP, ROOT, "d"));
  }

  /// Adds the bytes with which [RequestFuzzer] chooses this request, undamaged, from root.
  private FuzzSeeds request(int opcode, int node, Object... arguments) {
    String kinds = RequestFuzzer.ARGUMENTS.get(opcode);
    List<Object> all = new ArrayList<>(Arrays.asList(arguments));
    if (all.size() != kinds.length()) {
      throw new IllegalArgumentException(opcode + ": " + all.size() + " arguments for " + kinds);
    }
    choose(RequestFuzzer.OPCODES.indexOf(opcode)).choose(1).choose(DATA.length);
    for (int i = 0; i < kinds.length(); i++) {
      argument(kinds.charAt(i), all.get(i));
    }
    // Node, no extension, unique, user and group, room for an answer, no damage.
    return choose(1).choose(node).choose(1).number(0, 2).choose(0).choose(0).choose(1).choose(7);
  }

  // What is not among the usual values goes the way of hostile ones.
  private void argument(char kind, Object argument) {
    switch (kind) {
      case 'N' -> choose(1).choose(index(RequestFuzzer.NAMES, argument));
      case 'S' -> choose(1).choose(index(RequestFuzzer.STRINGS, argument));
      case 'D' -> choose(1);
      case 'm' -> choose(1).choose(index(RequestFuzzer.MODES, number(argument)));
      case 'o' -> choose(1).choose(index(RequestFuzzer.OFFSETS, number(argument)));
      case 'h' -> choose(1).choose((int) number(argument));
      case 'n' -> choose(1).choose((int) number(argument));
      case 'q' -> choose(0).number(number(argument), 8);
      default -> choose(0).number(number(argument), 4);
    }
  }

  private static long number(Object argument) {
    return ((Number) argument).longValue();
  }

  private static int index(String[] values, Object value) {
    return found(Arrays.asList(values).indexOf(value), value);
  }

  private static int index(long[] values, long value) {
    return found(Arrays.stream(values).boxed().toList().indexOf(value), value);
  }

  private static int index(int[] values, long value) {
    return found(Arrays.stream(values).asLongStream().boxed().toList().indexOf(value), value);
  }

  private static int found(int index, Object value) {
    if (index < 0) {
      throw new IllegalArgumentException("the fuzzer does not choose " + value);
    }
    return index;
  }

  private FuzzSeeds choose(int choice) {
    bytes.write(choice);
    return this;
  }

  private FuzzSeeds number(long value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
      bytes.write((int) (value >> shift));
    }
    return this;
  }
}
