package fcvm.fuse;

import fcvm.linux.Errno;
import java.lang.foreign.MemorySegment;

/// Names that can be found, not changed.
record ReadOnlyNames(Names names, Files files) implements Names {
  private static FuseException refusal() {
    return new FuseException(Errno.EROFS);
  }

  @Override
  public Entry lookup(Caller caller, long parent, MemorySegment name) throws FuseException {
    return names.lookup(caller, parent, name);
  }

  @Override
  public void forget(long node, long count) {
    names.forget(node, count);
  }

  @Override
  public int readlink(long node, MemorySegment into) throws FuseException {
    return names.readlink(node, into);
  }

  @Override
  public Entry symlink(Caller caller, long parent, MemorySegment name, MemorySegment target)
      throws FuseException {
    throw refusal();
  }

  @Override
  public Entry mknod(Caller caller, long parent, MemorySegment name, int mode, int rdev, int umask)
      throws FuseException {
    throw refusal();
  }

  @Override
  public Entry mkdir(Caller caller, long parent, MemorySegment name, int mode, int umask)
      throws FuseException {
    throw refusal();
  }

  @Override
  public void unlink(Caller caller, long parent, MemorySegment name) throws FuseException {
    throw refusal();
  }

  @Override
  public void rmdir(Caller caller, long parent, MemorySegment name) throws FuseException {
    throw refusal();
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
    throw refusal();
  }

  @Override
  public Entry link(Caller caller, long node, long newParent, MemorySegment newName)
      throws FuseException {
    throw refusal();
  }

  /// As for any read-only file system: what is there can be opened this way, to be read.
  @Override
  public Opened create(
      Caller caller, long parent, MemorySegment name, int mode, int umask, OpenFlags flags)
      throws FuseException {
    if (flags.isChange() || flags.isExclusive()) {
      throw refusal();
    }
    Entry entry;
    try {
      entry = names.lookup(caller, parent, name);
    } catch (FuseException e) {
      throw e.errno() == Errno.ENOENT.number() ? refusal() : e;
    }
    try {
      return new Opened(entry, files.open(caller, entry.nodeId(), flags));
    } catch (FuseException e) {
      names.forget(entry.nodeId(), 1);
      throw e;
    }
  }

  @Override
  public Opened tmpfile(Caller caller, long parent, int mode, int umask, OpenFlags flags)
      throws FuseException {
    throw refusal();
  }
}
