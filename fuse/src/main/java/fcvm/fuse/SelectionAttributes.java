package fcvm.fuse;

import fcvm.linux.Errno;
import fcvm.linux.FileSystemStatus;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Attributes of which the directory's own cannot be changed, nor its extended ones seen.
record SelectionAttributes(Attributes attributes) implements Attributes {
  private static void demandOther(long node) throws FuseException {
    if (node == FileSystem.ROOT) {
      throw new FuseException(Errno.EPERM);
    }
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
    demandOther(node);
    return attributes.setattr(caller, node, attr);
  }

  @Override
  public void access(Caller caller, long node, int mask) throws FuseException {
    attributes.access(caller, node, mask);
  }

  @Override
  public FileSystemStatus statfs(long node) throws FuseException {
    return attributes.statfs(node);
  }

  @Override
  public void syncfs(long node) throws FuseException {
    attributes.syncfs(node);
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
    demandOther(node);
    attributes.setxattr(caller, node, name, value, flags, losesSetGid);
  }

  @Override
  public long getxattr(long node, MemorySegment name, MemorySegment into) throws FuseException {
    if (node == FileSystem.ROOT) {
      throw new FuseException(Errno.ENODATA);
    }
    return attributes.getxattr(node, name, into);
  }

  @Override
  public long listxattr(long node, MemorySegment into) throws FuseException {
    return node == FileSystem.ROOT ? 0 : attributes.listxattr(node, into);
  }

  @Override
  public void removexattr(long node, MemorySegment name) throws FuseException {
    demandOther(node);
    attributes.removexattr(node, name);
  }
}
