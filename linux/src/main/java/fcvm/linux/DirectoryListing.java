package fcvm.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Entries of an open directory, as many as one `getdents64(2)` gives, looked at one after the
/// other. For one thread; reusable.
///
/// ```
/// struct linux_dirent64 { u64 d_ino; s64 d_off; u16 d_reclen; u8 d_type; char d_name[]; };
/// ```
public final class DirectoryListing {
  private static final int TYPE = 18;
  private static final int NAME = 19;

  private static final MemorySegment GETDENTS64 = Libc.function("getdents64");

  private final MemorySegment buffer;
  private final ByteBuffer fields;
  private int end;
  private int next;
  private int current;

  /// @param size bytes of entries to ask for at a time
  public DirectoryListing(int size) {
    this.buffer = Arena.ofAuto().allocate(size, 8);
    this.fields = buffer.asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /// Reads entries from a position on.
  ///
  /// @param offset 0 for the first entry, else an entry's [#offset]
  /// @return bytes read, 0 at the end, or `-errno`
  public int read(Fd directory, long offset) {
    next = 0;
    end = 0;
    long at = FileRange.seek(directory, offset, FileRange.SEEK_SET);
    if (at < 0) {
      return (int) at;
    }
    int result = Libc.callInt(GETDENTS64, directory.number(), buffer.address(), buffer.byteSize());
    end = Math.max(0, result);
    return result;
  }

  /// Goes to the next entry of those that were read.
  ///
  /// @return false if there is none
  public boolean next() {
    if (next >= end) {
      return false;
    }
    current = next;
    next += Short.toUnsignedInt(fields.getShort(current + 16));
    return true;
  }

  public long ino() {
    return fields.getLong(current);
  }

  /// Where the entries after this one begin.
  public long offset() {
    return fields.getLong(current + 8);
  }

  /// `DT_REG` and its like: a file type, shifted right by 12; 0 if unknown.
  public int type() {
    return fields.get(current + TYPE);
  }

  /// The name, a C string without its NUL, though that follows; valid until the next [#read].
  public MemorySegment name() {
    int start = current + NAME;
    int length = 0;
    while (fields.get(start + length) != 0) {
      length++;
    }
    return buffer.asSlice(start, length);
  }
}
