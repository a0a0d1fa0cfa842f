package fcvm.fuse;

import fcvm.linux.Fd;

/// A file or directory that the guest has open. A use of its descriptor ends with [#close].
///
/// @param node the guest's number for it
/// @param inode the file
/// @param shared its descriptor
/// @param isDirectory whether it lists names
/// @param isWritable whether it was opened for writing
record OpenFile(long node, Inode inode, SharedFd shared, boolean isDirectory, boolean isWritable)
    implements AutoCloseable {

  Fd fd() {
    return shared.fd();
  }

  @Override
  public void close() {
    shared.close();
  }
}
