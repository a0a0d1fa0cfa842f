package fcvm.fuse;

import static fcvm.fuse.SetAttr.*;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import fcvm.linux.DirectoryEntry;
import fcvm.linux.Errno;
import fcvm.linux.ExtendedAttributes;
import fcvm.linux.Fd;
import fcvm.linux.FileAttributes;
import fcvm.linux.FileSystemStatus;
import fcvm.linux.LinuxException;
import fcvm.linux.Statx;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a [Passthrough] knows about files.
record HostAttributes(HostTree tree) implements Attributes {
  private static final int PERMISSIONS = 07777;
  private static final int SAME = -1;
  private static final int STATX_UID = 20;
  private static final int STATX_GID = 24;

  /// Names that a guest may set. Labels of security modules are the host's own business.
  private static final List<String> SETTABLE =
      List.of("user.", "trusted.", "security.capability", "system.posix_acl_");

  @Override
  public Attr getattr(long node, @Nullable Long handle) throws FuseException {
    try (SharedFd file = tree.open.use(node, handle)) {
      return attr(file.fd());
    }
  }

  private Attr attr(Fd fd) throws FuseException {
    Statx statx = tree.thread().statx;
    FuseException.check(statx.read(fd));
    return Attr.of(statx, tree.ownership);
  }

  @Override
  public void statx(long node, @Nullable Long handle, MemorySegment into) throws FuseException {
    try (SharedFd file = tree.open.use(node, handle)) {
      Statx statx = tree.thread().statx;
      FuseException.check(statx.read(file.fd()));
      into.copyFrom(statx.buffer());
      into.set(JAVA_INT, STATX_UID, tree.ownership.guestUid(statx.uid()));
      into.set(JAVA_INT, STATX_GID, tree.ownership.guestGid(statx.gid()));
    }
  }

  @Override
  public Attr setattr(Caller caller, long node, SetAttr attr) throws FuseException {
    Long handle = attr.has(FATTR_FH) ? attr.handle() : null;
    try (SharedFd file = tree.open.use(node, handle)) {
      Fd fd = file.fd();
      // Owners first: changing them may clear the set-ID bits that a mode sets.
      if (attr.has(FATTR_UID | FATTR_GID)) {
        int uid = attr.has(FATTR_UID) ? tree.ownership.hostUid(attr.uid()) : SAME;
        int gid = attr.has(FATTR_GID) ? tree.ownership.hostGid(attr.gid()) : SAME;
        FuseException.check(FileAttributes.chown(fd, uid, gid));
      }
      if (attr.has(FATTR_MODE)) {
        FuseException.check(FileAttributes.chmod(fd, attr.mode() & PERMISSIONS));
      }
      if (attr.has(FATTR_SIZE)) {
        truncate(caller, handle, node, fd, attr);
      }
      if (attr.has(FATTR_ATIME | FATTR_MTIME | FATTR_ATIME_NOW | FATTR_MTIME_NOW)) {
        setTimes(fd, attr);
      }
      return attr(fd);
    }
  }

  private void truncate(Caller caller, @Nullable Long handle, long node, Fd fd, SetAttr attr)
      throws FuseException {
    if (attr.size() < 0) {
      throw new FuseException(Errno.EINVAL);
    }
    boolean isOpen = handle != null && tree.open.isWritable(node, handle);
    FuseException.check(
        tree.thread()
            .change(
                caller,
                attr.has(FATTR_KILL_SUIDGID),
                () ->
                    isOpen
                        ? FileAttributes.truncateOpen(fd, attr.size())
                        : FileAttributes.truncate(fd, attr.size())));
  }

  private static void setTimes(Fd fd, SetAttr attr) throws FuseException {
    FuseException.check(
        FileAttributes.setTimes(
            fd,
            attr.atime(),
            nanos(attr, FATTR_ATIME, FATTR_ATIME_NOW, attr.atimeNanos()),
            attr.mtime(),
            nanos(attr, FATTR_MTIME, FATTR_MTIME_NOW, attr.mtimeNanos())));
  }

  private static long nanos(SetAttr attr, int set, int now, int nanos) {
    if (attr.has(now)) {
      return FileAttributes.UTIME_NOW;
    }
    return attr.has(set) ? Integer.toUnsignedLong(nanos) : FileAttributes.UTIME_OMIT;
  }

  @Override
  public void access(Caller caller, long node, int mask) throws FuseException {
    try (SharedFd file = tree.inodes.use(tree.inodes.get(node))) {
      tree.thread().ask(caller, () -> DirectoryEntry.access(file.fd(), mask & 7));
    }
  }

  @Override
  public FileSystemStatus statfs(long node) throws FuseException {
    try (SharedFd file = tree.inodes.use(tree.inodes.get(node))) {
      return FileSystemStatus.of(file.fd());
    } catch (LinuxException e) {
      throw new FuseException(e.errno());
    }
  }

  @Override
  public void syncfs(long node) throws FuseException {
    try (SharedFd root = tree.inodes.use(tree.inodes.get(FileSystem.ROOT))) {
      int number = DirectoryEntry.reopen(root.fd(), Fd.O_RDONLY | Fd.O_DIRECTORY);
      try (Fd directory = Fd.of(FuseException.check(number), "root")) {
        FuseException.check(FileSystemStatus.sync(directory));
      }
    }
  }

  @Override
  public void setxattr(
      Caller caller,
      long node,
      MemorySegment name,
      MemorySegment value,
      int flags,
      boolean losesSetGid)
      throws FuseException {
    demandSettable(name);
    try (SharedFd file = tree.inodes.use(tree.inodes.get(node))) {
      FuseException.check(
          tree.thread()
              .change(
                  caller,
                  losesSetGid,
                  () -> ExtendedAttributes.set(file.fd(), name, value, flags)));
    }
  }

  private static void demandSettable(MemorySegment name) throws FuseException {
    String text = new String(HostTree.bytes(name), StandardCharsets.ISO_8859_1);
    if (SETTABLE.stream().noneMatch(text::startsWith)) {
      throw new FuseException(Errno.ENOTSUP);
    }
  }

  @Override
  public long getxattr(long node, MemorySegment name, MemorySegment into) throws FuseException {
    try (SharedFd file = tree.inodes.use(tree.inodes.get(node))) {
      return FuseException.check(ExtendedAttributes.get(file.fd(), name, into));
    }
  }

  @Override
  public long listxattr(long node, MemorySegment into) throws FuseException {
    try (SharedFd file = tree.inodes.use(tree.inodes.get(node))) {
      return FuseException.check(ExtendedAttributes.list(file.fd(), into));
    }
  }

  @Override
  public void removexattr(long node, MemorySegment name) throws FuseException {
    demandSettable(name);
    try (SharedFd file = tree.inodes.use(tree.inodes.get(node))) {
      FuseException.check(ExtendedAttributes.remove(file.fd(), name));
    }
  }
}
