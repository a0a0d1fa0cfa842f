package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.FUSE_WRITE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import fcvm.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
  private List<MemorySegment> pieces = List.of();
  private long length;
  private long copied;
  private long end;

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
    copied = Math.min(length, wanted);
    Segments.copy(
        Segments.slice(message, HEADER_SIZE, copied - HEADER_SIZE),
        0,
        bytes.asSlice(HEADER_SIZE, copied - HEADER_SIZE));
    end = copied;
    return true;
  }

  /// Checks what the header says of the message's size.
  void demandConsistent() throws FuseException {
    long claimed = Integer.toUnsignedLong(bytes.get(JAVA_INT_UNALIGNED, 0));
    long extensions = extensionsSize();
    if (claimed < HEADER_SIZE || claimed > length || extensions > claimed - HEADER_SIZE) {
      throw new FuseException(Errno.EINVAL);
    }
    end = Math.min(copied, claimed - extensions);
  }

  private long extensionsSize() {
    return 8L * Short.toUnsignedInt(bytes.get(JAVA_SHORT_UNALIGNED, 36));
  }

  int opcode() {
    return bytes.get(JAVA_INT_UNALIGNED, 4);
  }

  long unique() {
    return bytes.get(JAVA_LONG_UNALIGNED, 8);
  }

  long node() {
    return bytes.get(JAVA_LONG_UNALIGNED, 16);
  }

  Caller caller() {
    return new Caller(
        bytes.get(JAVA_INT_UNALIGNED, 24),
        bytes.get(JAVA_INT_UNALIGNED, 28),
        bytes.get(JAVA_INT_UNALIGNED, 32),
        group());
  }

  /// The first group of `struct fuse_supp_groups`, among the extensions behind the arguments.
  private int group() {
    long at = end;
    long limit = Math.min(copied, end + extensionsSize());
    while (limit - at >= EXT_HEADER_SIZE) {
      long size = Integer.toUnsignedLong(bytes.get(JAVA_INT_UNALIGNED, at));
      int type = bytes.get(JAVA_INT_UNALIGNED, at + 4);
      boolean isWhole = size >= EXT_HEADER_SIZE && size <= limit - at;
      if (isWhole && type == FUSE_EXT_GROUPS && size >= EXT_HEADER_SIZE + 8) {
        int count = bytes.get(JAVA_INT_UNALIGNED, at + EXT_HEADER_SIZE);
        return count > 0
            ? bytes.get(JAVA_INT_UNALIGNED, at + EXT_HEADER_SIZE + 4)
            : Caller.NO_GROUP;
      }
      if (!isWhole) {
        break;
      }
      at += (size + 7) & -8;
    }
    return Caller.NO_GROUP;
  }

  int u32(int offset) throws FuseException {
    return bytes.get(JAVA_INT_UNALIGNED, at(offset, Integer.BYTES));
  }

  long u64(int offset) throws FuseException {
    return bytes.get(JAVA_LONG_UNALIGNED, at(offset, Long.BYTES));
  }

  /// Bytes of the arguments.
  MemorySegment slice(int offset, long size) throws FuseException {
    return bytes.asSlice(at(offset, size), size);
  }

  private long at(int offset, long size) throws FuseException {
    if (size < 0 || offset > end - HEADER_SIZE - size) {
      throw new FuseException(Errno.EINVAL);
    }
    return HEADER_SIZE + (long) offset;
  }

  /// A name of a file in a directory: the bytes with their NUL.
  MemorySegment name(int offset) throws FuseException {
    MemorySegment name = string(offset);
    long size = name.byteSize() - 1;
    boolean isDot = size >= 1 && size <= 2;
    for (long i = 0; i < size; i++) {
      byte b = name.get(JAVA_BYTE, i);
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
    long start = at(offset, 1);
    for (long i = start; i < end; i++) {
      if (i - start > NAME_MAX) {
        throw new FuseException(Errno.ENAMETOOLONG);
      }
      if (bytes.get(JAVA_BYTE, i) == 0) {
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
