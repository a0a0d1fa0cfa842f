package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.FUSE_WRITE;

import fcvm.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// A request's header and arguments, copied out of the guest's memory once. For one thread;
/// reusable.
///
/// ```
/// struct fuse_in_header { u32 len, opcode; u64 unique, nodeid; u32 uid, gid, pid;
///                         u16 total_extlen, padding; };
/// ```
///
/// Offsets count from the end of that header. What is not there is EINVAL.
final class Request {
  static final int HEADER_SIZE = 40;

  /// Bytes of `struct fuse_write_in`; the data after it is not copied.
  static final int WRITE_IN_SIZE = 40;

  /// Header, arguments, a name, and the largest value of an extended attribute.
  private static final int MAX_SIZE = 72 * 1024;

  private static final int NAME_MAX = 4095;
  private static final int EXT_HEADER_SIZE = 8;
  private static final int FUSE_EXT_GROUPS = 32;

  private final MemorySegment bytes = Arena.ofAuto().allocate(MAX_SIZE, 8);

  // Before the compilers have come to it, a buffer is read many times faster than a segment.
  private final ByteBuffer fields = bytes.asByteBuffer().order(ByteOrder.nativeOrder());
  private List<MemorySegment> pieces = List.of();
  private long length;
  private int copied;
  private int end;

  /// Copies a request.
  ///
  /// @return false if there is no whole header, so that nobody can be answered
  boolean read(List<MemorySegment> message) {
    pieces = message;
    length = Segments.byteSize(message);
    if (length < HEADER_SIZE) {
      return false;
    }
    Segments.copy(message, 0, bytes.asSlice(0, HEADER_SIZE));
    long wanted = opcode() == FUSE_WRITE ? HEADER_SIZE + WRITE_IN_SIZE : MAX_SIZE;
    copied = (int) Math.min(length, wanted);
    Segments.copy(message, HEADER_SIZE, bytes.asSlice(HEADER_SIZE, copied - HEADER_SIZE));
    end = copied;
    return true;
  }

  /// Checks what the header says of the message's size.
  void demandConsistent() throws FuseException {
    long claimed = Integer.toUnsignedLong(fields.getInt(0));
    int extensions = extensionsSize();
    if (claimed < HEADER_SIZE || claimed > length || extensions > claimed - HEADER_SIZE) {
      throw new FuseException(Errno.EINVAL);
    }
    end = (int) Math.min(copied, claimed - extensions);
  }

  private int extensionsSize() {
    return 8 * Short.toUnsignedInt(fields.getShort(36));
  }

  int opcode() {
    return fields.getInt(4);
  }

  long unique() {
    return fields.getLong(8);
  }

  long node() {
    return fields.getLong(16);
  }

  Caller caller() {
    return new Caller(fields.getInt(24), fields.getInt(28), fields.getInt(32), group());
  }

  /// The first group of `struct fuse_supp_groups`, among the extensions behind the arguments.
  private int group() {
    int at = end;
    int limit = Math.min(copied, end + extensionsSize());
    while (limit - at >= EXT_HEADER_SIZE) {
      long size = Integer.toUnsignedLong(fields.getInt(at));
      int type = fields.getInt(at + 4);
      boolean isWhole = size >= EXT_HEADER_SIZE && size <= limit - at;
      if (isWhole && type == FUSE_EXT_GROUPS && size >= EXT_HEADER_SIZE + 8) {
        int count = fields.getInt(at + EXT_HEADER_SIZE);
        return count > 0 ? fields.getInt(at + EXT_HEADER_SIZE + 4) : Caller.NO_GROUP;
      }
      if (!isWhole) {
        break;
      }
      at += (int) ((size + 7) & -8);
    }
    return Caller.NO_GROUP;
  }

  int u32(int offset) throws FuseException {
    return fields.getInt(at(offset, Integer.BYTES));
  }

  long u64(int offset) throws FuseException {
    return fields.getLong(at(offset, Long.BYTES));
  }

  /// Bytes of the arguments.
  MemorySegment slice(int offset, long size) throws FuseException {
    return bytes.asSlice(at(offset, size), size);
  }

  private int at(int offset, long size) throws FuseException {
    if (size < 0 || offset > end - HEADER_SIZE - size) {
      throw new FuseException(Errno.EINVAL);
    }
    return HEADER_SIZE + offset;
  }

  /// A name of a file in a directory: the bytes with their NUL.
  MemorySegment name(int offset) throws FuseException {
    MemorySegment name = string(offset);
    int start = HEADER_SIZE + offset;
    int size = (int) name.byteSize() - 1;
    boolean isDot = size >= 1 && size <= 2;
    for (int i = start; i < start + size; i++) {
      byte b = fields.get(i);
      if (b == '/') {
        throw new FuseException(Errno.EINVAL);
      }
      isDot &= b == '.';
    }
    if (size == 0 || isDot) {
      throw new FuseException(Errno.EINVAL);
    }
    return name;
  }

  /// Any string: the bytes with their NUL.
  MemorySegment string(int offset) throws FuseException {
    int start = at(offset, 1);
    for (int i = start; i < end; i++) {
      if (i - start > NAME_MAX) {
        throw new FuseException(Errno.ENAMETOOLONG);
      }
      if (fields.get(i) == 0) {
        return bytes.asSlice(start, i + 1 - start);
      }
    }
    throw new FuseException(Errno.EINVAL);
  }

  /// The data of a FUSE_WRITE, where the guest put it.
  List<MemorySegment> data(long size) throws FuseException {
    if (size < 0 || size > length - HEADER_SIZE - WRITE_IN_SIZE) {
      throw new FuseException(Errno.EINVAL);
    }
    return Segments.slice(pieces, HEADER_SIZE + WRITE_IN_SIZE, size);
  }
}
