package fcvm.fuse;

import fcvm.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// Some names in one directory. Where one stands for a directory, what is in that is as it is.
final class SelectionNames implements Names {
  private final Names names;
  private final Files files;
  private final List<byte[]> chosen;

  SelectionNames(Names names, Files files, List<byte[]> chosen) {
    this.names = names;
    this.files = files;
    this.chosen = chosen;
  }

  private void demandOther(long parent) throws FuseException {
    if (parent == FileSystem.ROOT) {
      throw new FuseException(Errno.EPERM);
    }
  }

  @Override
  public Entry lookup(Caller caller, long parent, MemorySegment wanted) throws FuseException {
    if (parent == FileSystem.ROOT && !isChosen(HostTree.bytes(wanted))) {
      throw new FuseException(Errno.ENOENT);
    }
    return names.lookup(caller, parent, wanted);
  }

  private boolean isChosen(byte[] name) {
    for (byte[] one : chosen) {
      if (Arrays.equals(one, name)) {
        return true;
      }
    }
    return false;
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
  public Entry symlink(Caller caller, long parent, MemorySegment made, MemorySegment target)
      throws FuseException {
    demandOther(parent);
    return names.symlink(caller, parent, made, target);
  }

  @Override
  public Entry mknod(Caller caller, long parent, MemorySegment made, int mode, int rdev, int umask)
      throws FuseException {
    demandOther(parent);
    return names.mknod(caller, parent, made, mode, rdev, umask);
  }

  @Override
  public Entry mkdir(Caller caller, long parent, MemorySegment made, int mode, int umask)
      throws FuseException {
    demandOther(parent);
    return names.mkdir(caller, parent, made, mode, umask);
  }

  @Override
  public void unlink(Caller caller, long parent, MemorySegment gone) throws FuseException {
    demandOther(parent);
    names.unlink(caller, parent, gone);
  }

  @Override
  public void rmdir(Caller caller, long parent, MemorySegment gone) throws FuseException {
    demandOther(parent);
    names.rmdir(caller, parent, gone);
  }

  @Override
  public void rename(
      Caller caller, long parent, MemorySegment from, long newParent, MemorySegment to, int flags)
      throws FuseException {
    demandOther(parent);
    demandOther(newParent);
    names.rename(caller, parent, from, newParent, to, flags);
  }

  @Override
  public Entry link(Caller caller, long node, long newParent, MemorySegment newName)
      throws FuseException {
    demandOther(newParent);
    return names.link(caller, node, newParent, newName);
  }

  /// Opens the file that is there, as O_CREAT does; makes none.
  @Override
  public Opened create(
      Caller caller, long parent, MemorySegment made, int mode, int umask, OpenFlags flags)
      throws FuseException {
    if (parent != FileSystem.ROOT) {
      return names.create(caller, parent, made, mode, umask, flags);
    }
    Entry entry = lookup(caller, parent, made);
    try {
      if (flags.isExclusive()) {
        throw new FuseException(Errno.EEXIST);
      }
      return new Opened(entry, files.open(caller, entry.nodeId(), flags));
    } catch (FuseException e) {
      names.forget(entry.nodeId(), 1);
      throw e;
    }
  }

  @Override
  public Opened tmpfile(Caller caller, long parent, int mode, int umask, OpenFlags flags)
      throws FuseException {
    demandOther(parent);
    return names.tmpfile(caller, parent, mode, umask, flags);
  }
}
