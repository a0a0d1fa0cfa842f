package fcvm.fuse;

import fcvm.linux.DirectoryEntry;
import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.RecordLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The guest's processes that hold locks on ranges of files. Each has an open file of its own on
/// the host for every file that it locks, since there locks belong to open files: so the guest's
/// processes exclude each other, and other programs of the host. Any thread.
final class LockOwners {
  private record Owner(Inode inode, long owner) {}

  /// @param handle the guest's open file through which the owner locked first
  private record Holder(SharedFd file, long handle) {}

  /// Counted anew when it may have been reached; from half of it on, no more are given.
  private static final int MAX_RANGES = 1 << 16;

  private final InodeTable inodes;
  private final int limit;
  private final int access;
  private final Map<Owner, Holder> holders = new HashMap<>();

  /// Ranges that are locked, or more.
  private int ranges;

  LockOwners(InodeTable inodes, Limits limits, boolean isReadOnly) {
    this.inodes = inodes;
    this.access = isReadOnly ? Fd.O_RDONLY : Fd.O_RDWR;
    this.limit = limits.handles();
  }

  void set(Inode inode, long handle, long owner, RecordLock lock) throws FuseException {
    Owner key = new Owner(inode, owner);
    SharedFd known = file(key);
    if (known == null && lock.type() == RecordLock.F_UNLCK) {
      return;
    }
    try (SharedFd file = known == null ? add(key, handle, open(inode)) : known) {
      boolean isAll = lock.start() == 0 && lock.length() == 0;
      if (!isAll) {
        demandRoom();
      }
      FuseException.check(lock.set(file.fd()));
    }
  }

  /// Ranges cost the host's kernel memory, and a lock or unlock may make two more of one.
  private synchronized void demandRoom() throws FuseException {
    if (ranges >= MAX_RANGES) {
      ranges = 0;
      for (Holder holder : holders.values()) {
        ranges += held(holder.file()).size();
      }
      if (ranges > MAX_RANGES / 2) {
        ranges = MAX_RANGES;
        throw new FuseException(Errno.ENOLCK);
      }
    }
    ranges += 2;
  }

  private static List<RecordLock> held(SharedFd file) throws FuseException {
    try {
      return RecordLock.heldBy(file.fd());
    } catch (IOException e) {
      throw new FuseException(Errno.EIO);
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

  /// Other owners whose locks are in this one's way.
  Set<Long> inTheWay(Inode inode, long owner, RecordLock lock) throws FuseException {
    Map<Long, SharedFd> others = new HashMap<>();
    synchronized (this) {
      holders.forEach((key, holder) -> {
        boolean isOther = key.inode().equals(inode) && key.owner() != owner;
        if (isOther && holder.file().acquire()) {
          others.put(key.owner(), holder.file());
        }
      });
    }
    Set<Long> found = new HashSet<>();
    try {
      for (Map.Entry<Long, SharedFd> other : others.entrySet()) {
        if (held(other.getValue()).stream().anyMatch(lock::excludes)) {
          found.add(other.getKey());
        }
      }
      return found;
    } finally {
      others.values().forEach(SharedFd::close);
    }
  }

  private synchronized @Nullable SharedFd file(Owner key) {
    Holder holder = holders.get(key);
    return holder != null && holder.file().acquire() ? holder.file() : null;
  }

  /// A use of the owner's file, which is `opened` unless another thread was faster.
  private SharedFd add(Owner key, long handle, SharedFd opened) throws FuseException {
    synchronized (this) {
      SharedFd faster = file(key);
      if (faster != null) {
        opened.close();
        return faster;
      }
      if (holders.size() < limit && opened.acquire()) {
        holders.put(key, new Holder(opened, handle));
        return opened;
      }
    }
    opened.close();
    throw new FuseException(Errno.ENOLCK);
  }

  private SharedFd open(Inode inode) throws FuseException {
    try (SharedFd path = inodes.use(inode)) {
      int number = DirectoryEntry.reopen(path.fd(), access | Fd.O_NONBLOCK);
      if (number < 0) {
        // Enough for a shared lock: a read-only file system, a program that runs.
        number = DirectoryEntry.reopen(path.fd(), Fd.O_RDONLY | Fd.O_NONBLOCK);
      }
      return new SharedFd(Fd.of(FuseException.check(number), "lock"));
    }
  }

  /// All locks of an owner on a file end.
  void end(Inode inode, long owner) {
    Holder holder;
    synchronized (this) {
      holder = holders.remove(new Owner(inode, owner));
    }
    if (holder != null) {
      holder.file().close();
    }
  }

  /// The guest gave an open file up. Locks that belong to it and not to a process (F_OFD_SETLK) end
  /// now; nothing else says so. Those of processes have ended before, when each closed it.
  void end(long handle) {
    List<Holder> ended = new ArrayList<>(1);
    synchronized (this) {
      holders.values().stream().filter(holder -> holder.handle() == handle).forEach(ended::add);
      holders.values().removeAll(ended);
    }
    ended.forEach(holder -> holder.file().close());
  }

  void reset() {
    List<Holder> ended;
    synchronized (this) {
      ended = new ArrayList<>(holders.values());
      holders.clear();
    }
    ended.forEach(holder -> holder.file().close());
  }
}
