package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.*;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import fcvm.linux.Errno;
import fcvm.linux.LinuxException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The guest's kernel: sends requests that are put together here, on behalf of whom it likes.
final class MockKernel implements AutoCloseable {
  static final long ROOT = FileSystem.ROOT;
  static final int ALL_FLAGS = -1;

  /// What came back.
  @SuppressWarnings("ArrayRecordComponent") // nobody compares or changes answers
  record Answer(int errno, byte[] body) {
    int u32(int offset) {
      return buffer().getInt(offset);
    }

    long u64(int offset) {
      return buffer().getLong(offset);
    }

    private ByteBuffer buffer() {
      return ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
    }

    String text() {
      return new String(body, UTF_8);
    }

    Errno error() {
      return Errno.of(errno);
    }
  }

  /// A request on its way.
  static final class Message implements FuseMessage {
    private final List<MemorySegment> request;
    private final List<MemorySegment> reply;
    private final BlockingQueue<Long> done = new LinkedBlockingQueue<>();

    Message(List<MemorySegment> request, List<MemorySegment> reply) {
      this.request = request;
      this.reply = reply;
    }

    @Override
    public List<MemorySegment> request() {
      return request;
    }

    @Override
    public List<MemorySegment> reply() {
      return reply;
    }

    @Override
    public void aboutToWait() {}

    @Override
    public void done(long written) {
      done.add(written);
    }

    boolean isDone() {
      return !done.isEmpty();
    }

    /// The bytes of the answer, once it is there.
    byte[] bytes() {
      MemorySegment all = MemorySegment.ofArray(new byte[done.element().intValue()]);
      Segments.copy(reply, 0, all);
      return all.toArray(JAVA_BYTE);
    }

    /// Whether the answer names this request.
    boolean answers() {
      byte[] header = new byte[40];
      Segments.copy(request, 0, MemorySegment.ofArray(header));
      return littleLong(header, 8) == littleLong(bytes(), 8);
    }

    /// Waits for the answer; null if there is none.
    Answer answer() {
      try {
        Long written = done.poll(20, TimeUnit.SECONDS);
        if (written == null) {
          throw new AssertionError("no answer within 20 s");
        }
        if (written == 0) {
          return null;
        }
        MemorySegment all = MemorySegment.ofArray(new byte[written.intValue()]);
        Segments.copy(reply, 0, all);
        if (all.get(JAVA_INT_UNALIGNED, 0) != written) {
          throw new AssertionError("len is " + all.get(JAVA_INT_UNALIGNED, 0));
        }
        return new Answer(-all.get(JAVA_INT_UNALIGNED, 4), all.asSlice(16).toArray(JAVA_BYTE));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  final FuseServer server;
  private long unique = 1;
  int uid;
  int gid;
  int group = Caller.NO_GROUP;

  MockKernel(FuseServer server) {
    this.server = server;
  }

  /// A kernel that has the directory mounted.
  static MockKernel mount(Path directory) throws LinuxException {
    return mount(new FuseServer(new Passthrough(directory, Limits.of(1)), FuseOptions.DEFAULT));
  }

  static MockKernel mount(FuseServer server) {
    MockKernel kernel = new MockKernel(server);
    Answer answer = kernel.init(7, 41, ALL_FLAGS);
    if (answer.errno() != 0) {
      throw new AssertionError("FUSE_INIT: " + answer.error());
    }
    return kernel;
  }

  Answer init(int major, int minor, int flags) {
    return call(FUSE_INIT, 0, major, minor, 1 << 20, flags, flags, new byte[44]);
  }

  /// Arguments: Integer is u32, Long u64, String and byte[] themselves, a String with a NUL.
  static byte[] bytes(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object argument : arguments) {
      byte[] bytes =
          switch (argument) {
            case Integer i -> little(4).putInt(i).array();
            case Long l -> little(8).putLong(l).array();
            case String s -> (s + "\0").getBytes(ISO_8859_1);
            case byte[] b -> b;
            default -> throw new IllegalArgumentException(argument.toString());
          };
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  Answer call(int opcode, long node, Object... arguments) {
    Message message = message(opcode, node, unique++, arguments);
    server.serve(message);
    return message.answer();
  }

  /// The request as its own bytes, in pieces of odd sizes, with room for 128 KiB of answer.
  Message message(int opcode, long node, long id, Object... arguments) {
    byte[] body = bytes(arguments);
    byte[] extension = group == Caller.NO_GROUP ? new byte[0] : bytes(16, 32, 1, group);
    int size = 40 + body.length + extension.length;
    byte[] header = bytes(size, opcode, id, node, uid, gid, 4711, extension.length / 8 & 0xffff);
    byte[] all = new byte[size];
    System.arraycopy(header, 0, all, 0, 40);
    System.arraycopy(body, 0, all, 40, body.length);
    System.arraycopy(extension, 0, all, 40 + body.length, extension.length);
    return new Message(pieces(all, 33), List.of(room(16), room(3), room(128 * 1024)));
  }

  static MemorySegment room(long size) {
    return Arena.ofAuto().allocate(size);
  }

  static List<MemorySegment> pieces(byte[] bytes, int size) {
    MemorySegment all = room(Math.max(1, bytes.length)).asSlice(0, bytes.length);
    all.copyFrom(MemorySegment.ofArray(bytes));
    List<MemorySegment> pieces = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += size) {
      pieces.add(all.asSlice(at, Math.min(size, bytes.length - at)));
    }
    return pieces;
  }

  Errno error(int opcode, long node, Object... arguments) {
    Answer answer = call(opcode, node, arguments);
    return answer.errno() == 0 ? null : answer.error();
  }

  private long entry(Answer answer, Object what) {
    if (answer.errno() != 0 || answer.u64(0) == 0) {
      throw new AssertionError(what + ": " + answer.error());
    }
    return answer.u64(0);
  }

  long lookup(long parent, String name) {
    return entry(call(FUSE_LOOKUP, parent, name), name);
  }

  long mkdir(long parent, String name, int mode) {
    return entry(call(FUSE_MKDIR, parent, mode, 0, name), name);
  }

  long mknod(long parent, String name, int mode, int rdev) {
    return entry(call(FUSE_MKNOD, parent, mode, rdev, 0, 0, name), name);
  }

  long symlink(long parent, String name, String target) {
    return entry(call(FUSE_SYMLINK, parent, name, target), name);
  }

  /// A file that was made and is open.
  record File(long node, long handle) {}

  File create(long parent, String name, int flags, int mode) {
    Answer answer = call(FUSE_CREATE, parent, flags, mode, 022, 0, name);
    return new File(entry(answer, name), answer.u64(128));
  }

  File open(long node, int flags) {
    Answer answer = call(FUSE_OPEN, node, flags, 0);
    if (answer.errno() != 0) {
      throw new AssertionError("FUSE_OPEN: " + answer.error());
    }
    return new File(node, answer.u64(0));
  }

  Answer write(File file, long offset, byte[] data, int writeFlags, int openFlags) {
    return call(
        FUSE_WRITE,
        file.node,
        file.handle,
        offset,
        data.length,
        writeFlags,
        0L,
        openFlags,
        0,
        data);
  }

  int write(File file, long offset, String data) {
    Answer answer = write(file, offset, data.getBytes(UTF_8), 0, 0);
    if (answer.errno() != 0) {
      throw new AssertionError("FUSE_WRITE: " + answer.error());
    }
    return answer.u32(0);
  }

  Answer read(File file, long offset, int size) {
    return call(FUSE_READ, file.node, file.handle, offset, size, 0, 0L, 0, 0);
  }

  void release(File file) {
    call(FUSE_RELEASE, file.node, file.handle, 0, 0, 0L);
  }

  /// `struct fuse_attr`.
  Answer attr(long node) {
    Answer answer = call(FUSE_GETATTR, node, 0, 0, 0L);
    if (answer.errno() != 0) {
      return answer;
    }
    byte[] attr = java.util.Arrays.copyOfRange(answer.body(), 16, answer.body().length);
    return new Answer(0, attr);
  }

  int mode(long node) {
    return attr(node).u32(60);
  }

  Answer setattr(long node, int valid, long size, int mode, int owner, int ownersGroup) {
    return call(
        FUSE_SETATTR,
        node,
        valid,
        0,
        0L,
        size,
        0L,
        1_000_000_000L,
        1_100_000_000L,
        0L,
        123,
        456,
        0,
        mode,
        0,
        owner,
        ownersGroup,
        0);
  }

  /// Sends bytes as they are.
  Message raw(byte[] bytes, int room) {
    Message message = new Message(pieces(bytes, 50), room == 0 ? List.of() : List.of(room(room)));
    server.serve(message);
    return message;
  }

  static long littleLong(byte[] bytes, int offset) {
    return MemorySegment.ofArray(bytes).get(JAVA_LONG_UNALIGNED, offset);
  }

  @Override
  public void close() {
    server.close();
  }
}
