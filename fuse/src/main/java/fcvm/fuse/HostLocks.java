package fcvm.fuse;

import fcvm.linux.Errno;
import fcvm.linux.RecordLock;
import fcvm.linux.Statx;

/// The locks of a [Passthrough]: the host's own.
record HostLocks(HostTree tree) implements Locks {
  @Override
  public RecordLock getlk(long node, long handle, long owner, RecordLock lock)
      throws FuseException {
    return tree.locks.conflict(regular(node), owner, lock);
  }

  @Override
  public void setlk(long node, long handle, long owner, RecordLock lock) throws FuseException {
    tree.locks.set(regular(node), owner, lock);
  }

  private Inode regular(long node) throws FuseException {
    Inode inode = tree.inodes.get(node);
    if (inode.type() != Statx.S_IFREG) {
      throw new FuseException(Errno.EBADF);
    }
    return inode;
  }

  @Override
  public void flock(long node, long handle, int type) throws FuseException {
    try (SharedFd file = tree.open.use(node, handle)) {
      FuseException.check(RecordLock.setWhole(file.fd(), type));
    }
  }
}
