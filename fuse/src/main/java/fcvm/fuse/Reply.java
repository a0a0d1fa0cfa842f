package fcvm.fuse;

import fcvm.linux.Errno;
import fcvm.linux.ExtendedAttributes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;

/// The answer to a request, put together in memory of our own. For one thread; reusable.
///
/// ```
/// struct fuse_out_header { u32 len; s32 error; u64 unique; };
/// ```
final class Reply {
  static final int HEADER_SIZE = 16;

  /// The most that follows the header, except for data, which is not copied.
  static final int MAX_PAYLOAD = ExtendedAttributes.MAX_SIZE;

  private final MemorySegment bytes = Arena.ofAuto().allocate(HEADER_SIZE + MAX_PAYLOAD, 8);
  private final ByteBuffer fields = bytes.asByteBuffer().order(ByteOrder.nativeOrder());
  private List<MemorySegment> room = List.of();
  private long capacity;
  private int end;
  private long direct;
  private boolean isNone;
  private boolean isLater;

  /// Starts an answer.
  ///
  /// @param into where it will go
  void start(List<MemorySegment> into) {
    room = into;
    capacity = Segments.byteSize(into);
    end = HEADER_SIZE;
    direct = 0;
    isNone = false;
    isLater = false;
  }

  /// The request has no answer.
  void none() {
    isNone = true;
  }

  /// Somebody else answers, when it is time.
  void later() {
    isLater = true;
  }

  boolean isLater() {
    return isLater;
  }

  /// Bytes that may follow the header.
  long capacity() {
    return Math.max(0, capacity - HEADER_SIZE);
  }

  Reply u16(int value) {
    fields.putShort(end, (short) value);
    end += Short.BYTES;
    return this;
  }

  Reply u32(int value) {
    fields.putInt(end, value);
    end += Integer.BYTES;
    return this;
  }

  Reply u64(long value) {
    fields.putLong(end, value);
    end += Long.BYTES;
    return this;
  }

  /// Zeroes.
  Reply zeros(long size) {
    bytes.asSlice(end, size).fill((byte) 0);
    end += (int) size;
    return this;
  }

  /// Bytes to be filled by the caller, at most `max`; [#used] says how many it did.
  MemorySegment space(long max) {
    return bytes.asSlice(end, Math.clamp(max, 0, (long) HEADER_SIZE + MAX_PAYLOAD - end));
  }

  /// See [#space].
  Reply used(long size) {
    end += (int) size;
    return this;
  }

  /// Bytes behind the header so far.
  long size() {
    return (long) end - HEADER_SIZE;
  }

  /// A timeout: seconds, for the field with that name; [#nanos] has a field of its own.
  Reply seconds(Duration timeout) {
    return u64(timeout.toSeconds());
  }

  Reply nanos(Duration timeout) {
    return u32(timeout.toNanosPart());
  }

  /// `struct fuse_attr`.
  Reply attr(Attr attr) {
    u64(attr.ino()).u64(attr.size()).u64(attr.blocks());
    u64(attr.atime()).u64(attr.mtime()).u64(attr.ctime());
    u32(attr.atimeNanos()).u32(attr.mtimeNanos()).u32(attr.ctimeNanos());
    u32(attr.mode()).u32(attr.nlink()).u32(attr.uid()).u32(attr.gid());
    return u32(attr.rdev()).u32(attr.blksize()).u32(0);
  }

  /// `struct fuse_entry_out`.
  Reply entry(Entry entry, FuseOptions options) {
    u64(entry.nodeId()).u64(entry.generation());
    timeouts(options);
    return attr(entry.attr());
  }

  /// `struct fuse_entry_out` of a name that stands for nothing.
  Reply noEntry(FuseOptions options) {
    u64(0).u64(0);
    timeouts(options);
    return zeros(Layouts.ATTR_SIZE);
  }

  private void timeouts(FuseOptions options) {
    seconds(options.entryTimeout()).seconds(options.attributeTimeout());
    nanos(options.entryTimeout()).nanos(options.attributeTimeout());
  }

  /// Where data goes that is not copied: behind the header.
  List<MemorySegment> data(long size) {
    return Segments.slice(room, HEADER_SIZE, size);
  }

  /// That much of [#data] was filled.
  void filled(long size) {
    direct = size;
  }

  /// Writes the answer to where it goes.
  ///
  /// @return bytes written; 0 if there is no answer, or no room even for a header
  long send(long unique) {
    if (isNone || capacity < HEADER_SIZE) {
      return 0;
    }
    long size = end + direct;
    if (size > capacity) {
      return fail(unique, Errno.EIO.number());
    }
    return write(unique, 0, size);
  }

  /// Writes an error as the answer.
  ///
  /// @param errno positive
  long fail(long unique, int errno) {
    end = HEADER_SIZE;
    return capacity < HEADER_SIZE ? 0 : write(unique, -errno, HEADER_SIZE);
  }

  private long write(long unique, int error, long size) {
    fields.putInt(0, (int) size);
    fields.putInt(4, error);
    fields.putLong(8, unique);
    Segments.fill(room, bytes.asSlice(0, end));
    return size;
  }
}
