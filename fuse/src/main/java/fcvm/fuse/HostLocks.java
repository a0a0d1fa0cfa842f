package fcvm.fuse;

import fcvm.linux.RecordLock;
import java.util.Set;

/// The locks of a [Passthrough]: the host's own.
record HostLocks(HostTree tree) implements Locks {
  @Override
  public RecordLock getlk(long node, long handle, long owner, RecordLock lock)
      throws FuseException {
    try (OpenFile file = tree.open.file(node, handle)) {
      return tree.locks.conflict(file.inode(), owner, lock);
    }
  }

  @Override
  public void setlk(long node, long handle, long owner, RecordLock lock) throws FuseException {
    try (OpenFile file = tree.open.file(node, handle)) {
      tree.locks.set(file.inode(), handle, owner, lock);
    }
  }

  @Override
  public Set<Long> inTheWay(long node, long handle, long owner, RecordLock lock)
      throws FuseException {
    try (OpenFile file = tree.open.file(node, handle)) {
      return tree.locks.inTheWay(file.inode(), owner, lock);
    }
  }

  @Override
  public void flock(long node, long handle, int type) throws FuseException {
    try (OpenFile file = tree.open.file(node, handle)) {
      FuseException.check(RecordLock.setWhole(file.fd(), type));
    }
  }
}
