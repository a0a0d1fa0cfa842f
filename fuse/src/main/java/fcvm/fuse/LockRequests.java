package fcvm.fuse;

import fcvm.linux.Errno;
import fcvm.linux.RecordLock;
import java.util.Set;

/// Decodes requests about locks.
///
/// ```
/// struct fuse_lk_in { u64 fh, owner; struct fuse_file_lock lk; u32 lk_flags, padding; };
/// struct fuse_file_lock { u64 start, end; u32 type, pid; };
/// ```
record LockRequests(Locks locks, LockQueue queue) {
  private static final int FUSE_LK_FLOCK = 1;

  /// A range's end where it has none: OFFSET_MAX.
  private static final long NO_END = Long.MAX_VALUE;

  void getlk(Request request, Reply reply) throws FuseException {
    RecordLock asked = lock(request);
    RecordLock other = locks.getlk(request.node(), request.u64(0), request.u64(8), asked);
    long end = other.length() == 0 ? NO_END : other.start() + other.length() - 1;
    // A process of the host's, or an open file, has no number that means anything to the guest.
    reply.u64(other.start()).u64(end).u32(other.type()).u32(0);
  }

  void setlk(Request request) throws FuseException {
    attempt(request).run();
    queue.wake();
  }

  /// As [#setlk], but if another lock is in the way the answer comes when it is gone.
  void setlkw(Request request, Reply reply, FuseMessage message) throws FuseException {
    LockQueue.Attempt attempt = attempt(request);
    try {
      attempt.run();
      queue.wake();
    } catch (FuseException e) {
      if (e.errno() != Errno.EAGAIN.number()) {
        throw e;
      }
      queue.add(request.unique(), message, attempt);
      reply.later();
    }
  }

  private record Range(Locks locks, long node, long handle, long owner, RecordLock lock)
      implements LockQueue.Attempt {
    @Override
    public void run() throws FuseException {
      locks.setlk(node, handle, owner, lock);
    }

    @Override
    public Set<Long> inTheWay() throws FuseException {
      return locks.inTheWay(node, handle, owner, lock);
    }
  }

  private record Whole(Locks locks, long node, long handle, long owner, int type)
      implements LockQueue.Attempt {
    @Override
    public void run() throws FuseException {
      locks.flock(node, handle, type);
    }

    @Override
    public Set<Long> inTheWay() {
      return Set.of();
    }
  }

  private LockQueue.Attempt attempt(Request request) throws FuseException {
    long node = request.node();
    long handle = request.u64(0);
    long owner = request.u64(8);
    if ((request.u32(40) & FUSE_LK_FLOCK) != 0) {
      return new Whole(locks, node, handle, owner, type(request));
    }
    return new Range(locks, node, handle, owner, lock(request));
  }

  private static RecordLock lock(Request request) throws FuseException {
    long start = request.u64(16);
    long end = request.u64(24);
    if (start < 0 || end < start) {
      throw new FuseException(Errno.EINVAL);
    }
    long length = end == NO_END ? 0 : end - start + 1;
    return new RecordLock(type(request), start, length, 0);
  }

  private static int type(Request request) throws FuseException {
    int type = request.u32(32);
    if (type < RecordLock.F_RDLCK || type > RecordLock.F_UNLCK) {
      throw new FuseException(Errno.EINVAL);
    }
    return type;
  }
}
