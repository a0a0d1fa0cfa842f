package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.*;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import fcvm.linux.LinuxException;
import fcvm.linux.Mount;
import fcvm.linux.ThreadCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Turns any bytes into requests that are nearly right, sends them, and checks that each answer is
/// one and that nothing outside the directory was touched.
///
/// The bytes choose opcodes, arguments from what is known to be there or from what is hostile, and
/// then how the request is damaged. So it serves properties and, by [#fuzzerTestOneInput], fuzzers
/// that look at coverage (see CONTRIBUTING.md).
final class RequestFuzzer implements AutoCloseable {
  /// Arguments of each request: u and q any numbers of 4 and 8 bytes, m a mode, z the size of the
  /// data, h a handle, n a node, o an offset, N a name, S any string, D data.
  static final Map<Integer, String> ARGUMENTS = new HashMap<>();

  static {
    ARGUMENTS.put(FUSE_LOOKUP, "N");
    ARGUMENTS.put(FUSE_FORGET, "q");
    ARGUMENTS.put(FUSE_GETATTR, "uuh");
    ARGUMENTS.put(FUSE_SETATTR, "uuhoqqqquuumuuuu");
    ARGUMENTS.put(FUSE_READLINK, "");
    ARGUMENTS.put(FUSE_SYMLINK, "NS");
    ARGUMENTS.put(FUSE_MKNOD, "muuuN");
    ARGUMENTS.put(FUSE_MKDIR, "muN");
    ARGUMENTS.put(FUSE_UNLINK, "N");
    ARGUMENTS.put(FUSE_RMDIR, "N");
    ARGUMENTS.put(FUSE_RENAME, "nNN");
    ARGUMENTS.put(FUSE_LINK, "nN");
    ARGUMENTS.put(FUSE_OPEN, "uu");
    ARGUMENTS.put(FUSE_READ, "hozuquu");
    ARGUMENTS.put(FUSE_WRITE, "hozuquuD");
    ARGUMENTS.put(FUSE_STATFS, "");
    ARGUMENTS.put(FUSE_RELEASE, "huuq");
    ARGUMENTS.put(FUSE_FSYNC, "huu");
    ARGUMENTS.put(FUSE_SETXATTR, "zuuuSD");
    ARGUMENTS.put(FUSE_GETXATTR, "zuS");
    ARGUMENTS.put(FUSE_LISTXATTR, "zu");
    ARGUMENTS.put(FUSE_REMOVEXATTR, "S");
    ARGUMENTS.put(FUSE_FLUSH, "huuq");
    ARGUMENTS.put(FUSE_INIT, "uuuuuqqqqqu");
    ARGUMENTS.put(FUSE_OPENDIR, "uu");
    ARGUMENTS.put(FUSE_READDIR, "hozuquu");
    ARGUMENTS.put(FUSE_RELEASEDIR, "huuq");
    ARGUMENTS.put(FUSE_FSYNCDIR, "huu");
    ARGUMENTS.put(FUSE_GETLK, "hqoouuuu");
    ARGUMENTS.put(FUSE_SETLK, "hqoouuuu");
    ARGUMENTS.put(FUSE_SETLKW, "hqoouuuu");
    ARGUMENTS.put(FUSE_ACCESS, "uu");
    ARGUMENTS.put(FUSE_CREATE, "umuuN");
    ARGUMENTS.put(FUSE_INTERRUPT, "q");
    ARGUMENTS.put(FUSE_DESTROY, "");
    ARGUMENTS.put(FUSE_BATCH_FORGET, "uunqnq");
    ARGUMENTS.put(FUSE_FALLOCATE, "hoouu");
    ARGUMENTS.put(FUSE_READDIRPLUS, "hozuquu");
    ARGUMENTS.put(FUSE_RENAME2, "nuuNN");
    ARGUMENTS.put(FUSE_LSEEK, "houu");
    ARGUMENTS.put(FUSE_COPY_FILE_RANGE, "honhoqq");
    ARGUMENTS.put(FUSE_SYNCFS, "q");
    ARGUMENTS.put(FUSE_TMPFILE, "umuuN");
    ARGUMENTS.put(FUSE_STATX, "uuhuu");
    ARGUMENTS.put(39, "huqquuq"); // FUSE_IOCTL and others that are not served
    ARGUMENTS.put(48, "hoqqo");
    ARGUMENTS.put(4096, "uuuu");
  }

  static final List<Integer> OPCODES = ARGUMENTS.keySet().stream().sorted().toList();

  static final String[] NAMES = {
    "a",
    "d",
    "link",
    "up",
    "new",
    "other",
    "..",
    ".",
    "",
    "/",
    "/etc/passwd",
    "../secret",
    "x/y",
    "d/../..",
    "\u00ff",
    "n".repeat(255),
    "n".repeat(256),
    "n".repeat(5000)
  };
  static final String[] STRINGS = {
    "user.a",
    "trusted.b",
    "system.posix_acl_access",
    "system.posix_acl_default",
    "security.capability",
    "security.selinux",
    "",
    "../secret",
    "x".repeat(4095),
    "x".repeat(4097)
  };
  static final long[] OFFSETS = {
    0,
    1,
    4096,
    1 << 20,
    -1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - 4095,
    1L << 32,
    1L << 44
  };
  static final int[] MODES = {
    0, 0644, 0777, 07777, 0100644, 0140755, 0120777, 0060666, 0040755, 0020666, 0010600, -1
  };
  private static final int ROOM = 128 * 1024;

  private final Path outside;
  private final Path directory;
  private final boolean isMounted;
  private final String untouched;
  final MockKernel kernel;
  final Passthrough passthrough;

  RequestFuzzer() throws IOException {
    outside = Files.createTempDirectory("hostile");
    directory = Files.createDirectory(outside.resolve("shared"));
    Files.createDirectory(outside.resolve("beside"));
    Files.writeString(outside.resolve("secret"), "secret");
    isMounted = mountSmall(directory);
    Files.writeString(directory.resolve("a"), "content");
    Files.createDirectory(directory.resolve("d"));
    Files.createSymbolicLink(directory.resolve("link"), outside.resolve("secret"));
    Files.createSymbolicLink(directory.resolve("up"), Path.of(".."));
    untouched = surroundings();
    passthrough = new Passthrough(directory, new Limits(200, 8, 16));
    kernel = new MockKernel(new FuseServer(passthrough, FuseOptions.DEFAULT));
  }

  Path directory() {
    return directory;
  }

  /// Space that may be used up.
  private static boolean mountSmall(Path directory) {
    if (!ThreadCredentials.isRoot()) {
      return false;
    }
    try {
      TestMount.mount(directory, "tmpfs", "size=8m,nr_inodes=1k");
      return true;
    } catch (LinuxException e) {
      return false;
    }
  }

  /// What fuzzers call.
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    try (RequestFuzzer fuzzer = new RequestFuzzer()) {
      fuzzer.run(input);
    }
  }

  /// Bytes that choose; zeros when they are used up.
  private static final class Choices {
    private final byte[] bytes;
    private int at;

    Choices(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean hasMore() {
      return at < bytes.length;
    }

    int next(int bound) {
      return at < bytes.length ? Byte.toUnsignedInt(bytes[at++]) % bound : 0;
    }

    long number(int size) {
      long value = 0;
      for (int i = 0; i < size; i++) {
        value = value << 8 | next(256);
      }
      return value;
    }
  }

  /// A request that was sent.
  ///
  /// @param error its answer's, 0 if it succeeded or nothing answers it
  record Sent(int opcode, int error) {}

  /// Begins a session and sends requests as the bytes say.
  List<Sent> run(byte[] input) throws IOException {
    List<Sent> sent = new ArrayList<>();
    Choices choices = new Choices(input);
    kernel.init(7, 41, MockKernel.ALL_FLAGS);
    List<Long> handles = new ArrayList<>(List.of(0L));
    // The nodes from 2 on.
    for (String name : List.of("a", "d", "link", "up")) {
      kernel.call(FUSE_LOOKUP, FileSystem.ROOT, name);
    }
    handles.add(handle(FUSE_OPEN, 2));
    handles.add(handle(FUSE_OPENDIR, 3));
    handles.add(handle(FUSE_OPENDIR, FileSystem.ROOT));
    while (choices.hasMore()) {
      byte[] request = request(choices, handles);
      int room = choices.next(4) == 0 ? choices.next(200) : ROOM;
      int error = check(request, kernel.raw(damaged(request, choices), room), room);
      sent.add(new Sent(MemorySegment.ofArray(request).get(JAVA_INT_UNALIGNED, 4), error));
    }
    checkSurroundings();
    return sent;
  }

  private long handle(int opcode, long node) {
    MockKernel.Answer answer = kernel.call(opcode, node, 2, 0);
    return answer.errno() == 0 ? answer.u64(0) : 0;
  }

  private byte[] request(Choices choices, List<Long> handles) {
    int opcode = OPCODES.get(choices.next(OPCODES.size()));
    // Without a file system of its own this could fill the disk.
    String kinds = opcode == FUSE_FALLOCATE && !isMounted ? "" : ARGUMENTS.get(opcode);
    byte[] data = new byte[choices.next(8) == 0 ? 70_000 : choices.next(64)];
    List<Object> arguments = new ArrayList<>();
    for (int i = 0; i < kinds.length(); i++) {
      boolean isHostile = choices.next(8) == 0;
      arguments.add(
          switch (kinds.charAt(i)) {
            case 'u' -> isHostile ? (int) choices.number(4) : choices.next(4);
            case 'q' -> isHostile ? choices.number(8) : (long) choices.next(16);
            case 'm' -> MODES[choices.next(MODES.length)];
            case 'z' -> isHostile ? (int) choices.number(4) : data.length;
            case 'h' -> isHostile ? choices.number(8) : handles.get(choices.next(handles.size()));
            case 'n' -> isHostile ? choices.number(8) : (long) choices.next(8);
            case 'o' -> OFFSETS[choices.next(OFFSETS.length)];
            case 'N' -> NAMES[choices.next(NAMES.length)];
            case 'S' -> STRINGS[choices.next(STRINGS.length)];
            default -> data;
          });
    }
    long node = choices.next(16) == 0 ? choices.number(8) : choices.next(8);
    byte[] body = MockKernel.bytes(arguments.toArray());
    byte[] extension =
        choices.next(4) == 0
            ? MockKernel.bytes(choices.next(32), 32, choices.next(3), choices.next(256))
            : new byte[0];
    byte[] header =
        MockKernel.bytes(
            40 + body.length + extension.length,
            opcode,
            choices.number(2),
            node,
            choices.next(2) * 1001,
            choices.next(2) * 1001,
            1,
            extension.length / 8);
    return MockKernel.bytes(header, body, extension);
  }

  private static byte[] damaged(byte[] request, Choices choices) {
    byte[] bytes = request.clone();
    switch (choices.next(8)) {
      case 0 -> bytes[choices.next(bytes.length)] ^= (byte) (1 << choices.next(8));
      case 1 -> {
        // Anywhere, not in the first 256 bytes alone.
        for (int i = choices.next(8); i >= 0; i--) {
          bytes[(int) (choices.number(2) % bytes.length)] = (byte) choices.next(256);
        }
      }
      case 2 -> {
        return Arrays.copyOf(bytes, (int) (choices.number(2) % (bytes.length + 1)));
      }
      case 3 -> MemorySegment.ofArray(bytes).set(JAVA_INT_UNALIGNED, 0, (int) choices.number(4));
      case 4 -> bytes[36] = (byte) choices.next(256);
      default -> {}
    }
    return bytes;
  }

  /// An answer says how long it is and what it answers; an error has nothing else.
  private static int check(byte[] request, MockKernel.Message message, int room) {
    if (!message.isDone()) {
      return 0; // It waits for a lock.
    }
    byte[] answer = message.bytes();
    if (answer.length == 0) {
      return 0;
    }
    int error = MemorySegment.ofArray(answer).get(JAVA_INT_UNALIGNED, 4);
    boolean isError = error > -4096 && error < 0 && answer.length == 16;
    boolean isAnswer =
        answer.length <= room
            && MemorySegment.ofArray(answer).get(JAVA_INT_UNALIGNED, 0) == answer.length
            && (isError || error == 0);
    if (!isAnswer || !message.answers()) {
      throw new AssertionError(
          Arrays.toString(answer) + " is no answer to " + Arrays.toString(request));
    }
    return -error;
  }

  private void checkSurroundings() throws IOException {
    String now = surroundings();
    if (!now.equals(untouched)) {
      throw new AssertionError("outside the directory: " + now + " was " + untouched);
    }
  }

  /// Whatever is changed of these, their ctime tells.
  private String surroundings() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path path : List.of(outside, outside.resolve("beside"), outside.resolve("secret"))) {
      all.append(
          Files.readAttributes(path, "unix:ino,ctime,size,nlink", LinkOption.NOFOLLOW_LINKS));
    }
    return all.toString();
  }

  @Override
  public void close() {
    kernel.close();
    if (isMounted) {
      Mount.detachResult(directory.toString());
    }
    try (Stream<Path> files = Files.walk(outside)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
