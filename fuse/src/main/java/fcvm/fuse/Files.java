package fcvm.fuse;

import fcvm.linux.IoVector;

/// Open files. A handle is what [#open] or [Names#create] gave, until [#release]. Offsets, sizes
/// and lengths are bytes.
public interface Files {
  /// Opens a regular file; anything else is not opened on the host.
  ///
  /// @return a handle
  long open(Caller caller, long node, OpenFlags flags) throws FuseException;

  /// Reads until `into` is full or the file ends.
  ///
  /// @param beforeWaiting run before the disk must be waited for, which most reads do not need
  /// @return bytes read
  long read(long node, long handle, IoVector into, long offset, Runnable beforeWaiting)
      throws FuseException;

  /// Writes all of `from`, or as much as there is room for.
  ///
  /// @return bytes written
  long write(Caller caller, long node, long handle, IoVector from, WriteFlags flags)
      throws FuseException;

  /// A descriptor of the guest was closed: tells of errors, and ends the owner's locks.
  void flush(long node, long handle, long lockOwner) throws FuseException;

  /// The last descriptor of the guest for this handle was closed.
  void release(long node, long handle);

  /// What was written survives a power failure.
  ///
  /// @param isDataOnly as `fdatasync(2)`
  void fsync(long node, long handle, boolean isDataOnly) throws FuseException;

  /// @param mode FALLOC_FL_KEEP_SIZE and its like
  void fallocate(Caller caller, long node, long handle, int mode, long offset, long length)
      throws FuseException;

  /// Finds data or a hole: SEEK_DATA, SEEK_HOLE.
  long lseek(long node, long handle, long offset, int whence) throws FuseException;

  /// Copies inside the host, as much as it likes.
  ///
  /// @return bytes copied
  long copyFileRange(Caller caller, FileSpan from, FileSpan to, long length) throws FuseException;

  /// A place in an open file.
  record FileSpan(long node, long handle, long offset) {}

  /// How to write.
  ///
  /// @param offset where, unless `isAppend`
  /// @param isAppend at the end, wherever that is by now
  /// @param losesSetId the file loses its set-ID bits (FUSE_WRITE_KILL_SUIDGID)
  record WriteFlags(long offset, boolean isAppend, boolean losesSetId) {}
}
