package fcvm.fuse;

import fcvm.linux.Errno;
import fcvm.linux.IoVector;

/// Files that can be read, not changed.
record ReadOnlyFiles(Files files) implements Files {
  private static FuseException refusal() {
    return new FuseException(Errno.EROFS);
  }

  @Override
  public long open(Caller caller, long node, OpenFlags flags) throws FuseException {
    if (flags.isChange()) {
      throw refusal();
    }
    return files.open(caller, node, flags);
  }

  @Override
  public long read(long node, long handle, IoVector into, long offset, Runnable beforeWaiting)
      throws FuseException {
    return files.read(node, handle, into, offset, beforeWaiting);
  }

  @Override
  public long write(Caller caller, long node, long handle, IoVector from, WriteFlags flags)
      throws FuseException {
    throw refusal();
  }

  @Override
  public void flush(long node, long handle, long lockOwner) throws FuseException {
    files.flush(node, handle, lockOwner);
  }

  @Override
  public void release(long node, long handle) {
    files.release(node, handle);
  }

  @Override
  public void fsync(long node, long handle, boolean isDataOnly) throws FuseException {
    files.fsync(node, handle, isDataOnly);
  }

  @Override
  public void fallocate(Caller caller, long node, long handle, int mode, long offset, long length)
      throws FuseException {
    throw refusal();
  }

  @Override
  public long lseek(long node, long handle, long offset, int whence) throws FuseException {
    return files.lseek(node, handle, offset, whence);
  }

  @Override
  public long copyFileRange(Caller caller, FileSpan from, FileSpan to, long length)
      throws FuseException {
    throw refusal();
  }
}
