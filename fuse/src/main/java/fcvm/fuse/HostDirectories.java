package fcvm.fuse;

import fcvm.linux.DirectoryEntry;
import fcvm.linux.DirectoryListing;
import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.Statx;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// The open directories of a [Passthrough].
record HostDirectories(HostTree tree) implements Directories {
  @Override
  public long opendir(Caller caller, long node) throws FuseException {
    tree.open.demandRoom();
    Inode inode = tree.inodes.get(node);
    if (inode.type() != Statx.S_IFDIR) {
      throw new FuseException(Errno.ENOTDIR);
    }
    try (SharedFd path = tree.inodes.use(inode)) {
      int number = DirectoryEntry.reopen(path.fd(), Fd.O_RDONLY | Fd.O_DIRECTORY);
      Fd directory = Fd.of(FuseException.check(number), "directory");
      return tree.open.add(inode, directory, true, false);
    }
  }

  @Override
  public void readdir(long node, long handle, long offset, Listing into) throws FuseException {
    list(node, handle, offset, into, false);
  }

  @Override
  public void readdirplus(long node, long handle, long offset, Listing into) throws FuseException {
    list(node, handle, offset, into, true);
  }

  private void list(long node, long handle, long offset, Listing into, boolean looksUp)
      throws FuseException {
    try (OpenFile directory = tree.open.directory(node, handle)) {
      DirectoryListing listing = tree.thread().listing;
      // Its position belongs to the open directory, and so to whoever reads it just now.
      synchronized (directory.shared()) {
        FuseException.check(listing.read(directory.fd(), offset));
      }
      while (listing.next()) {
        MemorySegment name = listing.name();
        if (!into.hasRoom(name.byteSize())) {
          return;
        }
        Entry entry = looksUp && !isDot(name) ? lookup(directory, name) : null;
        // What is above the root is no business of the guest's.
        boolean isRoot = node == FileSystem.ROOT && isDot(name);
        long ino = isRoot ? directory.inode().ino() : listing.ino();
        into.add(name, ino, listing.type(), listing.offset(), entry);
      }
    }
  }

  private static boolean isDot(MemorySegment name) {
    long size = name.byteSize();
    return name.get(ValueLayout.JAVA_BYTE, 0) == '.'
        && (size == 1 || (size == 2 && name.get(ValueLayout.JAVA_BYTE, 1) == '.'));
  }

  /// Without a descriptor: most of what is listed is never used.
  private @Nullable Entry lookup(OpenFile directory, MemorySegment name) {
    Statx statx = tree.thread().statx;
    long seen = tree.inodes.moves();
    if (statx.read(directory.fd(), name) < 0) {
      return null;
    }
    try {
      byte[] bytes = HostTree.bytes(name);
      return tree.entry(tree.inodes.found(statx, directory.inode(), bytes, seen, null), statx);
    } catch (FuseException e) {
      // It knows too many already: the entry is listed all the same.
      return null;
    }
  }

  @Override
  public void releasedir(long node, long handle) {
    tree.open.release(node, handle, true);
  }

  @Override
  public void fsyncdir(long node, long handle, boolean isDataOnly) throws FuseException {
    try (OpenFile directory = tree.open.directory(node, handle)) {
      Fd fd = directory.fd();
      FuseException.check(isDataOnly ? fd.fdatasyncResult() : fd.fsyncResult());
    }
  }
}
