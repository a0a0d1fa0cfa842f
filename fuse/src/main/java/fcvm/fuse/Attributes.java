package fcvm.fuse;

import fcvm.linux.FileSystemStatus;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What is known about files. Names of extended attributes are C strings in native memory.
public interface Attributes {
  /// @param handle an open file that stands for the node, or null
  Attr getattr(long node, @Nullable Long handle) throws FuseException;

  /// Writes `struct statx` with the ids that the guest shall see.
  void statx(long node, @Nullable Long handle, MemorySegment into) throws FuseException;

  Attr setattr(Caller caller, long node, SetAttr attr) throws FuseException;

  /// Whether the caller may: R_OK (4), W_OK (2), X_OK (1), or-ed. A guest's kernel asks only if it
  /// does not decide by itself.
  void access(Caller caller, long node, int mask) throws FuseException;

  FileSystemStatus statfs(long node) throws FuseException;

  /// All that was written survives a power failure.
  void syncfs(long node) throws FuseException;

  /// @param flags XATTR_CREATE (1) or XATTR_REPLACE (2)
  /// @param losesSetGid an ACL is set, and the set-group-ID bit goes with it
  void setxattr(
      Caller caller,
      long node,
      MemorySegment name,
      MemorySegment value,
      int flags,
      boolean losesSetGid)
      throws FuseException;

  /// @param into receives the value; if it is empty, only the size is told
  /// @return bytes
  long getxattr(long node, MemorySegment name, MemorySegment into) throws FuseException;

  /// As [#getxattr], for all names, each with its NUL.
  long listxattr(long node, MemorySegment into) throws FuseException;

  void removexattr(long node, MemorySegment name) throws FuseException;
}
