package fcvm.fuse;

import fcvm.linux.Errno;
import fcvm.linux.FileSystemStatus;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Attributes that can be looked at, not changed.
record ReadOnlyAttributes(Attributes attributes) implements Attributes {
  private static final int W_OK = 2;

  private static FuseException refusal() {
    return new FuseException(Errno.EROFS);
  }

  @Override
  public Attr getattr(long node, @Nullable Long handle) throws FuseException {
    return attributes.getattr(node, handle);
  }

  @Override
  public void statx(long node, @Nullable Long handle, MemorySegment into) throws FuseException {
    attributes.statx(node, handle, into);
  }

  @Override
  public Attr setattr(Caller caller, long node, SetAttr attr) throws FuseException {
    throw refusal();
  }

  @Override
  public void access(Caller caller, long node, int mask) throws FuseException {
    if ((mask & W_OK) != 0) {
      throw refusal();
    }
    attributes.access(caller, node, mask);
  }

  @Override
  public FileSystemStatus statfs(long node) throws FuseException {
    return attributes.statfs(node);
  }

  /// There is nothing of the guest's to write.
  @Override
  public void syncfs(long node) {}

  @Override
  public void setxattr(
      Caller caller,
      long node,
      MemorySegment name,
      MemorySegment value,
      int flags,
      boolean losesSetGid)
      throws FuseException {
    throw refusal();
  }

  @Override
  public long getxattr(long node, MemorySegment name, MemorySegment into) throws FuseException {
    return attributes.getxattr(node, name, into);
  }

  @Override
  public long listxattr(long node, MemorySegment into) throws FuseException {
    return attributes.listxattr(node, into);
  }

  @Override
  public void removexattr(long node, MemorySegment name) throws FuseException {
    throw refusal();
  }
}
