package fcvm.fuse;

import fcvm.linux.Errno;
import java.lang.foreign.MemorySegment;

/// Decodes requests about names.
record NameRequests(Names names, FuseOptions options) {
  private static final int PATH_MAX = 4096;

  void lookup(Request request, Reply reply) throws FuseException {
    try {
      reply.entry(names.lookup(request.caller(), request.node(), request.name(0)), options);
    } catch (FuseException e) {
      if (e.errno() != Errno.ENOENT.number() || options.entryTimeout().isZero()) {
        throw e;
      }
      // That there is nothing may be believed for a while, too.
      reply.noEntry(options);
    }
  }

  void forget(Request request, Reply reply) throws FuseException {
    reply.none();
    names.forget(request.node(), request.u64(0));
  }

  /// `struct fuse_batch_forget_in { u32 count, dummy; }`, then `{ u64 nodeid, nlookup; }`.
  void batchForget(Request request, Reply reply) throws FuseException {
    reply.none();
    long count = Integer.toUnsignedLong(request.u32(0));
    int at = 8;
    for (long i = 0; i < count; i++) {
      names.forget(request.u64(at), request.u64(at + 8));
      at += 16;
    }
  }

  void readlink(Request request, Reply reply) throws FuseException {
    MemorySegment space = reply.space(Math.min(PATH_MAX, reply.capacity()));
    reply.used(names.readlink(request.node(), space));
  }

  void symlink(Request request, Reply reply) throws FuseException {
    MemorySegment name = request.name(0);
    MemorySegment target = request.string((int) name.byteSize());
    reply.entry(names.symlink(request.caller(), request.node(), name, target), options);
  }

  /// `struct fuse_mknod_in { u32 mode, rdev, umask, padding; }`.
  void mknod(Request request, Reply reply) throws FuseException {
    Entry entry =
        names.mknod(
            request.caller(),
            request.node(),
            request.name(16),
            request.u32(0),
            request.u32(4),
            request.u32(8));
    reply.entry(entry, options);
  }

  /// `struct fuse_mkdir_in { u32 mode, umask; }`.
  void mkdir(Request request, Reply reply) throws FuseException {
    Entry entry =
        names.mkdir(
            request.caller(), request.node(), request.name(8), request.u32(0), request.u32(4));
    reply.entry(entry, options);
  }

  void unlink(Request request) throws FuseException {
    names.unlink(request.caller(), request.node(), request.name(0));
  }

  void rmdir(Request request) throws FuseException {
    names.rmdir(request.caller(), request.node(), request.name(0));
  }

  /// `struct fuse_rename_in { u64 newdir; }`.
  void rename(Request request) throws FuseException {
    rename(request, 8, 0);
  }

  /// `struct fuse_rename2_in { u64 newdir; u32 flags, padding; }`.
  void rename2(Request request) throws FuseException {
    rename(request, 16, request.u32(8));
  }

  private void rename(Request request, int at, int flags) throws FuseException {
    MemorySegment name = request.name(at);
    MemorySegment newName = request.name(at + (int) name.byteSize());
    names.rename(request.caller(), request.node(), name, request.u64(0), newName, flags);
  }

  /// `struct fuse_link_in { u64 oldnodeid; }`.
  void link(Request request, Reply reply) throws FuseException {
    Entry entry = names.link(request.caller(), request.u64(0), request.node(), request.name(8));
    reply.entry(entry, options);
  }

  /// `struct fuse_create_in { u32 flags, mode, umask, open_flags; }`.
  void create(Request request, Reply reply) throws FuseException {
    Opened opened =
        names.create(
            request.caller(),
            request.node(),
            request.name(16),
            request.u32(4),
            request.u32(8),
            flags(request));
    opened(reply, opened);
  }

  /// As [#create]; the name that comes with it means nothing.
  void tmpfile(Request request, Reply reply) throws FuseException {
    Opened opened =
        names.tmpfile(
            request.caller(), request.node(), request.u32(4), request.u32(8), flags(request));
    opened(reply, opened);
  }

  private static OpenFlags flags(Request request) throws FuseException {
    boolean losesSetId = (request.u32(12) & OpenFlags.FUSE_OPEN_KILL_SUIDGID) != 0;
    return new OpenFlags(request.u32(0), losesSetId);
  }

  private void opened(Reply reply, Opened opened) {
    reply.entry(opened.entry(), options);
    FileRequests.opened(reply, opened.handle());
  }
}
