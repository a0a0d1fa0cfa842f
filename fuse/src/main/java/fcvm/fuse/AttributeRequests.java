package fcvm.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import fcvm.linux.FileSystemStatus;
import fcvm.linux.Statx;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Decodes requests about attributes.
record AttributeRequests(Attributes attributes, FuseOptions options) {
  private static final int FUSE_GETATTR_FH = 1;
  private static final int FUSE_SETXATTR_ACL_KILL_SGID = 1;
  private static final int STATX_MNT_ID = 144;

  /// `struct fuse_getattr_in { u32 getattr_flags, dummy; u64 fh; }`.
  void getattr(Request request, Reply reply) throws FuseException {
    attr(reply, attributes.getattr(request.node(), handle(request)));
  }

  private static @Nullable Long handle(Request request) throws FuseException {
    return (request.u32(0) & FUSE_GETATTR_FH) != 0 ? request.u64(8) : null;
  }

  /// `struct fuse_attr_out { u64 attr_valid; u32 attr_valid_nsec, dummy; struct fuse_attr attr; }`.
  private void attr(Reply reply, Attr attr) {
    reply.seconds(options.attributeTimeout()).nanos(options.attributeTimeout()).u32(0).attr(attr);
  }

  /// `struct fuse_statx_in { u32 getattr_flags, reserved; u64 fh; u32 sx_flags, sx_mask; }`,
  /// answered by `struct fuse_statx_out { u64 attr_valid; u32 attr_valid_nsec, flags; u64 spare[2];
  /// struct fuse_statx stat; }`, where the last is `struct statx` up to the mount's number.
  void statx(Request request, Reply reply) throws FuseException {
    Long handle = handle(request);
    reply.seconds(options.attributeTimeout()).nanos(options.attributeTimeout()).u32(0).zeros(16);
    MemorySegment statx = reply.space(Statx.SIZE);
    attributes.statx(request.node(), handle, statx);
    int mask = statx.get(JAVA_INT_UNALIGNED, 0) & Statx.STATX_BASIC_STATS_AND_BTIME;
    statx.set(JAVA_INT_UNALIGNED, 0, mask);
    statx.asSlice(STATX_MNT_ID).fill((byte) 0);
    reply.used(Statx.SIZE);
  }

  /// `struct fuse_setattr_in { u32 valid, padding; u64 fh, size, lock_owner, atime, mtime, ctime;
  /// u32 atimensec, mtimensec, ctimensec, mode, unused4, uid, gid, unused5; }`.
  void setattr(Request request, Reply reply) throws FuseException {
    SetAttr changes =
        new SetAttr(
            request.u32(0),
            request.u64(8),
            request.u64(16),
            request.u64(32),
            request.u64(40),
            request.u32(56),
            request.u32(60),
            request.u32(68),
            request.u32(76),
            request.u32(80));
    attr(reply, attributes.setattr(request.caller(), request.node(), changes));
  }

  void access(Request request) throws FuseException {
    attributes.access(request.caller(), request.node(), request.u32(0));
  }

  /// `struct fuse_kstatfs`.
  void statfs(Request request, Reply reply) throws FuseException {
    FileSystemStatus status = attributes.statfs(request.node());
    reply.u64(status.blocks()).u64(status.blocksFree()).u64(status.blocksAvailable());
    reply.u64(status.files()).u64(status.filesFree());
    reply.u32((int) status.blockSize()).u32((int) status.nameMax());
    reply.u32((int) status.fragmentSize()).zeros(28);
  }

  void syncfs(Request request) throws FuseException {
    attributes.syncfs(request.node());
  }

  /// `struct fuse_setxattr_in { u32 size, flags, setxattr_flags, padding; }`, the latter two only
  /// if both sides agreed on them.
  void setxattr(Request request, boolean isExtended) throws FuseException {
    int size = request.u32(0);
    int at = isExtended ? 16 : 8;
    MemorySegment name = request.string(at);
    MemorySegment value = request.slice(at + (int) name.byteSize(), Integer.toUnsignedLong(size));
    boolean losesSetGid = isExtended && (request.u32(8) & FUSE_SETXATTR_ACL_KILL_SGID) != 0;
    attributes.setxattr(request.caller(), request.node(), name, value, request.u32(4), losesSetGid);
  }

  /// `struct fuse_getxattr_in { u32 size, padding; }`, answered by the value, or for size 0 by
  /// `struct fuse_getxattr_out { u32 size, padding; }`.
  void getxattr(Request request, Reply reply) throws FuseException {
    MemorySegment space = space(request, reply);
    value(reply, space, attributes.getxattr(request.node(), request.string(8), space));
  }

  void listxattr(Request request, Reply reply) throws FuseException {
    MemorySegment space = space(request, reply);
    value(reply, space, attributes.listxattr(request.node(), space));
  }

  private static MemorySegment space(Request request, Reply reply) throws FuseException {
    return reply.space(Math.min(Integer.toUnsignedLong(request.u32(0)), reply.capacity()));
  }

  private static void value(Reply reply, MemorySegment space, long size) {
    if (space.byteSize() == 0) {
      reply.u32((int) size).u32(0);
    } else {
      reply.used(size);
    }
  }

  void removexattr(Request request) throws FuseException {
    attributes.removexattr(request.node(), request.string(0));
  }
}
