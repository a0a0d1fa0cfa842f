package fcvm.fuse;

import fcvm.linux.DirectoryEntry;
import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.FileRange;
import fcvm.linux.IoVector;
import fcvm.linux.Statx;

/// The open files of a [Passthrough]. Data moves between the file and the guest's memory.
record HostFiles(HostTree tree) implements Files {
  /// A longer copy would keep a reset waiting.
  private static final long MAX_COPY = 128 << 20;

  private static final long AGAIN = -Errno.EAGAIN.number();

  /// The file system cannot read without waiting.
  private static final long UNKNOWN = -Errno.ENOTSUP.number();

  @Override
  public long open(Caller caller, long node, OpenFlags flags) throws FuseException {
    tree.open.demandRoom();
    Inode inode = tree.inodes.get(node);
    switch (inode.type()) {
      case Statx.S_IFREG -> {}
      case Statx.S_IFDIR -> throw new FuseException(Errno.EISDIR);
      case Statx.S_IFLNK -> throw new FuseException(Errno.ELOOP);
      // The guest's kernel has drivers of its own for these; ours are not for it.
      default -> throw new FuseException(Errno.ENXIO);
    }
    try (SharedFd path = tree.inodes.use(inode)) {
      int host = flags.host(tree.hasWritebackCache());
      boolean losesSetId = flags.losesSetId();
      long number =
          tree.thread().change(caller, losesSetId, () -> DirectoryEntry.reopen(path.fd(), host));
      Fd file = Fd.of((int) FuseException.check(number), "file");
      return tree.open.add(inode, file, false, flags.isWritable());
    }
  }

  @Override
  public long read(long node, long handle, IoVector into, long offset, Runnable beforeWaiting)
      throws FuseException {
    if (offset < 0) {
      // preadv2(2) would take -1 for where the descriptor stands.
      throw new FuseException(Errno.EINVAL);
    }
    try (OpenFile file = tree.open.file(node, handle)) {
      long done = 0;
      boolean waits = false;
      while (into.remaining() > 0) {
        long result = waits ? AGAIN : into.preadWithoutWaitingResult(file.fd(), offset + done);
        if (result == AGAIN || result == UNKNOWN) {
          if (!waits) {
            waits = true;
            beforeWaiting.run();
          }
          result = into.preadResult(file.fd(), offset + done);
        }
        if (result < 0 && done == 0) {
          throw new FuseException((int) -result);
        }
        if (result <= 0) {
          break;
        }
        done += result;
      }
      return done;
    }
  }

  @Override
  public long write(Caller caller, long node, long handle, IoVector from, WriteFlags flags)
      throws FuseException {
    try (OpenFile file = tree.open.file(node, handle)) {
      return FuseException.check(
          tree.thread().change(caller, flags.losesSetId(), () -> write(file.fd(), from, flags)));
    }
  }

  private static long write(Fd fd, IoVector from, WriteFlags flags) {
    long done = 0;
    while (from.remaining() > 0) {
      long result =
          flags.isAppend() ? from.appendResult(fd) : from.pwriteResult(fd, flags.offset() + done);
      if (result <= 0) {
        return done == 0 ? result : done;
      }
      done += result;
    }
    return done;
  }

  @Override
  public void flush(long node, long handle, long lockOwner) throws FuseException {
    try (OpenFile file = tree.open.file(node, handle)) {
      tree.locks.end(file.inode(), lockOwner);
      if (file.isWritable()) {
        // Closing is when network file systems tell of failed writes.
        FuseException.check(file.fd().closeCopyResult());
      }
    }
  }

  @Override
  public void release(long node, long handle) {
    if (tree.open.release(node, handle, false)) {
      tree.locks.end(handle);
    }
  }

  @Override
  public void fsync(long node, long handle, boolean isDataOnly) throws FuseException {
    try (OpenFile file = tree.open.file(node, handle)) {
      Fd fd = file.fd();
      FuseException.check(isDataOnly ? fd.fdatasyncResult() : fd.fsyncResult());
    }
  }

  @Override
  public void fallocate(Caller caller, long node, long handle, int mode, long offset, long length)
      throws FuseException {
    try (OpenFile file = tree.open.file(node, handle)) {
      FuseException.check(
          tree.thread()
              .change(
                  caller,
                  caller.uid() != 0,
                  () -> FileRange.allocate(file.fd(), mode, offset, length)));
    }
  }

  @Override
  public long lseek(long node, long handle, long offset, int whence) throws FuseException {
    if (whence != FileRange.SEEK_DATA && whence != FileRange.SEEK_HOLE) {
      throw new FuseException(Errno.EINVAL);
    }
    try (OpenFile file = tree.open.file(node, handle)) {
      return FuseException.check(FileRange.seek(file.fd(), offset, whence));
    }
  }

  @Override
  public long copyFileRange(Caller caller, FileSpan from, FileSpan to, long length)
      throws FuseException {
    long most = length < 0 ? MAX_COPY : Math.min(length, MAX_COPY);
    try (OpenFile in = tree.open.file(from.node(), from.handle());
        OpenFile out = tree.open.file(to.node(), to.handle())) {
      return FuseException.check(
          tree.thread()
              .change(
                  caller,
                  caller.uid() != 0,
                  () -> FileRange.copy(in.fd(), from.offset(), out.fd(), to.offset(), most)));
    }
  }
}
