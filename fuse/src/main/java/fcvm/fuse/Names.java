package fcvm.fuse;

import java.lang.foreign.MemorySegment;

/// Names in directories. A name is a C string in native memory: one that is not empty, has no `/`
/// and is neither `.` nor `..`. What is made belongs to the caller.
public interface Names {
  /// Finds a file, which the guest then knows once more.
  Entry lookup(Caller caller, long parent, MemorySegment name) throws FuseException;

  /// The guest does not know a file any more, as often as it says.
  void forget(long node, long count);

  /// Where a symbolic link points.
  ///
  /// @param into receives bytes, without a NUL
  /// @return how many
  int readlink(long node, MemorySegment into) throws FuseException;

  /// @param target a C string
  Entry symlink(Caller caller, long parent, MemorySegment name, MemorySegment target)
      throws FuseException;

  /// @param mode type and permissions
  /// @param rdev the device, `new_encode_dev`
  /// @param umask permissions that are not given, unless the directory has a default ACL
  Entry mknod(Caller caller, long parent, MemorySegment name, int mode, int rdev, int umask)
      throws FuseException;

  Entry mkdir(Caller caller, long parent, MemorySegment name, int mode, int umask)
      throws FuseException;

  void unlink(Caller caller, long parent, MemorySegment name) throws FuseException;

  void rmdir(Caller caller, long parent, MemorySegment name) throws FuseException;

  /// @param flags RENAME_NOREPLACE and its like
  void rename(
      Caller caller,
      long parent,
      MemorySegment name,
      long newParent,
      MemorySegment newName,
      int flags)
      throws FuseException;

  /// Gives a file another name.
  Entry link(Caller caller, long node, long newParent, MemorySegment newName) throws FuseException;

  /// Makes a regular file and opens it; opens one that is there, unless `flags` have O_EXCL.
  ///
  /// @param flags as for `open(2)`
  Opened create(
      Caller caller, long parent, MemorySegment name, int mode, int umask, OpenFlags flags)
      throws FuseException;

  /// Makes a regular file without a name, and opens it.
  Opened tmpfile(Caller caller, long parent, int mode, int umask, OpenFlags flags)
      throws FuseException;
}
