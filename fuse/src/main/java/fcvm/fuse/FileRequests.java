package fcvm.fuse;

import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.IoVector;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Decodes requests about open files.
record FileRequests(Files files, FuseOptions options) {
  private static final int FUSE_WRITE_CACHE = 1 << 0;
  private static final int FUSE_WRITE_KILL_SUIDGID = 1 << 2;
  private static final int FUSE_FSYNC_FDATASYNC = 1 << 0;

  /// `struct fuse_open_in { u32 flags, open_flags; }`.
  void open(Request request, Reply reply) throws FuseException {
    boolean losesSetId = (request.u32(4) & OpenFlags.FUSE_OPEN_KILL_SUIDGID) != 0;
    OpenFlags flags = new OpenFlags(request.u32(0), losesSetId);
    opened(reply, files.open(request.caller(), request.node(), flags));
  }

  /// `struct fuse_open_out { u64 fh; u32 open_flags, padding; }`. No flag is set: what the guest
  /// has in its cache goes when a file is opened, so it sees what others wrote.
  static void opened(Reply reply, long handle) {
    reply.u64(handle).u32(0).u32(0);
  }

  /// `struct fuse_read_in { u64 fh, offset; u32 size, read_flags; u64 lock_owner; u32 flags,
  /// padding; }`.
  void read(Request request, Reply reply, IoVector vector, Runnable beforeWaiting)
      throws FuseException {
    long handle = request.u64(0);
    long offset = request.u64(8);
    long size = Math.min(Integer.toUnsignedLong(request.u32(16)), reply.capacity());
    List<MemorySegment> data = reply.data(size);
    long done = 0;
    for (int i = 0; i < data.size(); i += Exchange.MAX_PIECES) {
      vector.set(data.subList(i, Math.min(data.size(), i + Exchange.MAX_PIECES)));
      long wanted = vector.remaining();
      long result = files.read(request.node(), handle, vector, offset + done, beforeWaiting);
      done += result;
      if (result < wanted) {
        break;
      }
    }
    reply.filled(done);
  }

  /// `struct fuse_write_in { u64 fh, offset; u32 size, write_flags; u64 lock_owner; u32 flags,
  /// padding; }`, answered by `struct fuse_write_out { u32 size, padding; }`.
  void write(Request request, Reply reply, IoVector vector) throws FuseException {
    long handle = request.u64(0);
    long offset = request.u64(8);
    List<MemorySegment> data = request.data(Integer.toUnsignedLong(request.u32(16)));
    int flags = request.u32(20);
    // Cached data has a place; and a guest's kernel that caches knows where the end is.
    boolean isCached = (flags & FUSE_WRITE_CACHE) != 0 || options.hasWritebackCache();
    boolean isAppend = (request.u32(32) & Fd.O_APPEND) != 0 && !isCached;
    boolean losesSetId = (flags & FUSE_WRITE_KILL_SUIDGID) != 0;
    Caller caller = request.caller();
    long done = 0;
    for (int i = 0; i < data.size(); i += Exchange.MAX_PIECES) {
      vector.set(data.subList(i, Math.min(data.size(), i + Exchange.MAX_PIECES)));
      long wanted = vector.remaining();
      Files.WriteFlags how = new Files.WriteFlags(offset + done, isAppend, losesSetId);
      long result = files.write(caller, request.node(), handle, vector, how);
      done += result;
      if (result < wanted) {
        break;
      }
    }
    reply.u32((int) done).u32(0);
  }

  /// `struct fuse_flush_in { u64 fh; u32 unused, padding; u64 lock_owner; }`.
  void flush(Request request) throws FuseException {
    files.flush(request.node(), request.u64(0), request.u64(16));
  }

  void release(Request request) throws FuseException {
    files.release(request.node(), request.u64(0));
  }

  /// `struct fuse_fsync_in { u64 fh; u32 fsync_flags, padding; }`.
  void fsync(Request request) throws FuseException {
    files.fsync(request.node(), request.u64(0), isDataOnly(request));
  }

  static boolean isDataOnly(Request request) throws FuseException {
    return (request.u32(8) & FUSE_FSYNC_FDATASYNC) != 0;
  }

  /// `struct fuse_fallocate_in { u64 fh, offset, length; u32 mode, padding; }`.
  void fallocate(Request request) throws FuseException {
    files.fallocate(
        request.caller(),
        request.node(),
        request.u64(0),
        request.u32(24),
        request.u64(8),
        request.u64(16));
  }

  /// `struct fuse_lseek_in { u64 fh, offset; u32 whence, padding; }`.
  ///
  /// A guest's kernel that caches writes asks without writing them first: what a program has just
  /// written would be a hole, and a copy of the file would lack it. So it is told that there is no
  /// such request, and takes everything for data.
  void lseek(Request request, Reply reply) throws FuseException {
    if (options.hasWritebackCache()) {
      throw new FuseException(Errno.ENOSYS);
    }
    reply.u64(files.lseek(request.node(), request.u64(0), request.u64(8), request.u32(16)));
  }

  /// `struct fuse_copy_file_range_in { u64 fh_in, off_in, nodeid_out, fh_out, off_out, len, flags;
  /// }`.
  void copyFileRange(Request request, Reply reply) throws FuseException {
    if (request.u64(48) != 0) {
      throw new FuseException(Errno.EINVAL);
    }
    Files.FileSpan from = new Files.FileSpan(request.node(), request.u64(0), request.u64(8));
    Files.FileSpan to = new Files.FileSpan(request.u64(16), request.u64(24), request.u64(32));
    reply.u32((int) files.copyFileRange(request.caller(), from, to, request.u64(40))).u32(0);
  }
}
