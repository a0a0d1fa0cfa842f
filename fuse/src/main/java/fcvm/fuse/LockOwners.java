package fcvm.fuse;

import fcvm.linux.DirectoryEntry;
import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.RecordLock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The guest's processes that hold locks on ranges of files. Each has an open file of its own on
/// the host for every file that it locks, since there locks belong to open files: so the guest's
/// processes exclude each other, and other programs of the host. Any thread.
final class LockOwners {
  private record Owner(Inode inode, long owner) {}

  private final InodeTable inodes;
  private final int limit;
  private final Map<Owner, SharedFd> files = new HashMap<>();

  LockOwners(InodeTable inodes, Limits limits) {
    this.inodes = inodes;
    this.limit = limits.handles();
  }

  void set(Inode inode, long owner, RecordLock lock) throws FuseException {
    Owner key = new Owner(inode, owner);
    SharedFd known = file(key);
    if (known == null && lock.type() == RecordLock.F_UNLCK) {
      return;
    }
    try (SharedFd file = known == null ? add(key, open(inode)) : known) {
      FuseException.check(lock.set(file.fd()));
    }
  }

  RecordLock conflict(Inode inode, long owner, RecordLock lock) throws FuseException {
    SharedFd file = file(new Owner(inode, owner));
    try (SharedFd asked = file == null ? open(inode) : file) {
      return lock.conflict(asked.fd());
    } catch (LinuxException e) {
      throw new FuseException(e.errno());
    }
  }

  private synchronized @Nullable SharedFd file(Owner key) {
    SharedFd file = files.get(key);
    return file != null && file.acquire() ? file : null;
  }

  /// A use of the owner's file, which is `opened` unless another thread was faster.
  private SharedFd add(Owner key, SharedFd opened) throws FuseException {
    synchronized (this) {
      SharedFd file = files.get(key);
      if (file == null && files.size() < limit && opened.acquire()) {
        files.put(key, opened);
        return opened;
      }
      if (file != null && file.acquire()) {
        opened.close();
        return file;
      }
    }
    opened.close();
    throw new FuseException(Errno.ENOLCK);
  }

  private SharedFd open(Inode inode) throws FuseException {
    try (SharedFd path = inodes.use(inode)) {
      int number = DirectoryEntry.reopen(path.fd(), Fd.O_RDWR | Fd.O_NONBLOCK);
      if (number < 0) {
        // Enough for a shared lock: a read-only file system, a program that runs.
        number = DirectoryEntry.reopen(path.fd(), Fd.O_RDONLY | Fd.O_NONBLOCK);
      }
      return new SharedFd(Fd.of(FuseException.check(number), "lock"));
    }
  }

  /// All locks of an owner on a file end.
  void end(Inode inode, long owner) {
    SharedFd file;
    synchronized (this) {
      file = files.remove(new Owner(inode, owner));
    }
    if (file != null) {
      file.close();
    }
  }

  void reset() {
    List<SharedFd> closed;
    synchronized (this) {
      closed = new ArrayList<>(files.values());
      files.clear();
    }
    closed.forEach(SharedFd::close);
  }
}
