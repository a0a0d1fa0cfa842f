package fcvm.fuse;

import static fcvm.linux.Fd.*;

import fcvm.linux.DirectoryEntry;
import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.Statx;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The names of a [Passthrough].
final class HostNames implements Names {
  private static final int PERMISSIONS = 07777;
  private static final int NO_UMASK = 0;
  private static final MemorySegment DOT = Arena.global().allocateFrom(".");

  private final HostTree tree;

  HostNames(HostTree tree) {
    this.tree = tree;
  }

  private SharedFd directory(Inode inode) throws FuseException {
    if (inode.type() != Statx.S_IFDIR) {
      throw new FuseException(Errno.ENOTDIR);
    }
    return tree.inodes.use(inode);
  }

  @Override
  public Entry lookup(Caller caller, long parent, MemorySegment name) throws FuseException {
    Inode inode = tree.inodes.get(parent);
    try (SharedFd directory = directory(inode)) {
      return tree.find(inode, directory.fd(), name);
    }
  }

  @Override
  public void forget(long node, long count) {
    tree.inodes.forget(node, count);
  }

  @Override
  public int readlink(long node, MemorySegment into) throws FuseException {
    Inode inode = tree.inodes.get(node);
    if (inode.type() != Statx.S_IFLNK) {
      throw new FuseException(Errno.EINVAL);
    }
    try (SharedFd link = tree.inodes.use(inode)) {
      return FuseException.check(DirectoryEntry.readLink(link.fd(), into));
    }
  }

  @Override
  public Entry symlink(Caller caller, long parent, MemorySegment name, MemorySegment target)
      throws FuseException {
    Inode inode = tree.inodes.get(parent);
    try (SharedFd directory = directory(inode)) {
      Fd fd = directory.fd();
      tree.thread().make(caller, NO_UMASK, () -> DirectoryEntry.makeSymlink(target, fd, name));
      return tree.find(inode, fd, name);
    }
  }

  @Override
  public Entry mknod(Caller caller, long parent, MemorySegment name, int mode, int rdev, int umask)
      throws FuseException {
    Inode inode = tree.inodes.get(parent);
    try (SharedFd directory = directory(inode)) {
      Fd fd = directory.fd();
      int kept = mode & (Statx.S_IFMT | PERMISSIONS);
      tree.thread().make(caller, umask, () -> DirectoryEntry.makeNode(fd, name, kept, rdev));
      return tree.find(inode, fd, name);
    }
  }

  @Override
  public Entry mkdir(Caller caller, long parent, MemorySegment name, int mode, int umask)
      throws FuseException {
    Inode inode = tree.inodes.get(parent);
    try (SharedFd directory = directory(inode)) {
      Fd fd = directory.fd();
      int kept = mode & PERMISSIONS;
      tree.thread().make(caller, umask, () -> DirectoryEntry.makeDirectory(fd, name, kept));
      return tree.find(inode, fd, name);
    }
  }

  @Override
  public void unlink(Caller caller, long parent, MemorySegment name) throws FuseException {
    try (SharedFd directory = directory(tree.inodes.get(parent))) {
      FuseException.check(DirectoryEntry.unlink(directory.fd(), name));
    }
  }

  @Override
  public void rmdir(Caller caller, long parent, MemorySegment name) throws FuseException {
    try (SharedFd directory = directory(tree.inodes.get(parent))) {
      FuseException.check(DirectoryEntry.removeDirectory(directory.fd(), name));
    }
  }

  @Override
  public void rename(
      Caller caller,
      long parent,
      MemorySegment name,
      long newParent,
      MemorySegment newName,
      int flags)
      throws FuseException {
    Inode from = tree.inodes.get(parent);
    Inode to = tree.inodes.get(newParent);
    // Where a file is must be noted in the order in which it was moved.
    tree.inodes.renames.lock();
    try (SharedFd old = directory(from);
        SharedFd target = directory(to)) {
      FuseException.check(DirectoryEntry.rename(old.fd(), name, target.fd(), newName, flags));
      moved(to, target.fd(), newName);
      if ((flags & DirectoryEntry.RENAME_EXCHANGE) != 0) {
        moved(from, old.fd(), name);
      }
    } finally {
      tree.inodes.renames.unlock();
    }
  }

  private void moved(Inode parent, Fd directory, MemorySegment name) {
    Statx statx = tree.thread().statx;
    // If it is gone already, whoever removed it knows.
    if (statx.read(directory, name) == 0) {
      tree.inodes.moved(statx, parent, HostTree.bytes(name));
    }
  }

  @Override
  public Entry link(Caller caller, long node, long newParent, MemorySegment newName)
      throws FuseException {
    Inode parent = tree.inodes.get(newParent);
    try (SharedFd file = tree.inodes.use(tree.inodes.get(node));
        SharedFd directory = directory(parent)) {
      FuseException.check(DirectoryEntry.link(file.fd(), directory.fd(), newName));
      return tree.find(parent, directory.fd(), newName);
    }
  }

  @Override
  public Opened create(
      Caller caller, long parent, MemorySegment name, int mode, int umask, OpenFlags flags)
      throws FuseException {
    tree.open.demandRoom();
    Inode inode = tree.inodes.get(parent);
    try (SharedFd directory = directory(inode)) {
      Fd fd = directory.fd();
      // Always exclusive: what is there already could be a fifo, which must not be opened.
      int host = (flags.host(tree.hasWritebackCache()) & ~O_TRUNC) | O_CREAT | O_EXCL;
      int kept = mode & PERMISSIONS;
      int number;
      try {
        number = tree.thread().make(caller, umask, () -> DirectoryEntry.open(fd, name, host, kept));
      } catch (FuseException e) {
        if (e.errno() != Errno.EEXIST.number() || flags.isExclusive()) {
          throw e;
        }
        return existing(caller, inode, fd, name, flags);
      }
      return opened(inode, HostTree.bytes(name), number, flags);
    }
  }

  /// Somebody else made it since the guest's kernel looked.
  private Opened existing(
      Caller caller, Inode parent, Fd directory, MemorySegment name, OpenFlags flags)
      throws FuseException {
    Entry entry = tree.find(parent, directory, name);
    try {
      return new Opened(entry, new HostFiles(tree).open(caller, entry.nodeId(), flags));
    } catch (FuseException e) {
      forget(entry.nodeId(), 1);
      throw e;
    }
  }

  private Opened opened(Inode parent, byte @Nullable [] name, int number, OpenFlags flags)
      throws FuseException {
    Fd file = Fd.of(number, "file");
    Entry entry;
    try {
      int path = FuseException.check(DirectoryEntry.reopen(file, O_PATH));
      // Nobody moves it before its maker knows of it.
      entry = tree.found(parent, name, tree.inodes.moves(), Fd.of(path, "inode"));
    } catch (FuseException e) {
      file.close();
      throw e;
    }
    try {
      Inode inode = tree.inodes.get(entry.nodeId());
      return new Opened(entry, tree.open.add(inode, file, false, flags.isWritable()));
    } catch (FuseException e) {
      file.close();
      forget(entry.nodeId(), 1);
      throw e;
    }
  }

  @Override
  public Opened tmpfile(Caller caller, long parent, int mode, int umask, OpenFlags flags)
      throws FuseException {
    tree.open.demandRoom();
    Inode inode = tree.inodes.get(parent);
    try (SharedFd directory = directory(inode)) {
      Fd fd = directory.fd();
      int host = flags.host(tree.hasWritebackCache()) & ~O_TRUNC;
      int kept = mode & PERMISSIONS;
      // With O_EXCL such a file never gets a name.
      int exclusive = flags.isExclusive() ? O_EXCL : 0;
      int number =
          tree.thread()
              .make(
                  caller,
                  umask,
                  () -> DirectoryEntry.open(fd, DOT, host | O_TMPFILE | exclusive, kept));
      return opened(inode, null, number, flags);
    }
  }
}
