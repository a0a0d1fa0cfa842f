package fcvm.fuse;

/// What a [FuseServer] serves, in five parts. A file is named by the number that [Entry] gave it,
/// the root by [#ROOT].
///
/// Any number of threads call it at a time, platform threads all of them. Every argument may be
/// wrong in any way that its type allows: the answer to that is a [FuseException].
public interface FileSystem extends AutoCloseable {
  /// The number of the root: FUSE_ROOT_ID.
  long ROOT = 1;

  /// Finding, making and removing names.
  Names names();

  /// Open files and their content.
  Files files();

  /// Open directories.
  Directories directories();

  /// What is known about files.
  Attributes attributes();

  /// Locks on files.
  Locks locks();

  /// A guest begins, or has ended or died: forgets all its files, handles and locks.
  ///
  /// @param hasWritebackCache whether the guest's kernel will cache writes
  void reset(boolean hasWritebackCache);

  /// Releases what it holds on this computer.
  @Override
  void close();
}
