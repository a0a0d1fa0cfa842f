package fcvm.fuse;

import fcvm.linux.Errno;
import fcvm.linux.Fd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the guest has open, by handle; a bounded number. Any thread.
final class OpenFiles {
  private final InodeTable inodes;
  private final int limit;
  private final Map<Long, OpenFile> byHandle = new HashMap<>();
  private long lastHandle;

  OpenFiles(InodeTable inodes, Limits limits) {
    this.inodes = inodes;
    this.limit = limits.handles();
  }

  /// Fails early, before a file is opened or even made in vain.
  synchronized void demandRoom() throws FuseException {
    if (byHandle.size() >= limit) {
      throw new FuseException(Errno.ENFILE);
    }
  }

  /// A handle for a file that was just opened; its descriptor is ours from now on.
  long add(Inode inode, Fd opened, boolean isDirectory, boolean isWritable) throws FuseException {
    SharedFd shared = new SharedFd(opened);
    try {
      synchronized (this) {
        demandRoom();
        inodes.addHandle(inode, shared);
        OpenFile file = new OpenFile(inode.id, inode, shared, isDirectory, isWritable);
        byHandle.put(++lastHandle, file);
        return lastHandle;
      }
    } catch (FuseException e) {
      shared.close();
      throw e;
    }
  }

  /// Begins a use of an open file.
  ///
  /// @throws FuseException EBADF if the handle is not one of this node
  OpenFile file(long node, long handle) throws FuseException {
    return use(node, handle, false);
  }

  /// As [#file], for a directory.
  OpenFile directory(long node, long handle) throws FuseException {
    return use(node, handle, true);
  }

  private synchronized OpenFile use(long node, long handle, boolean isDirectory)
      throws FuseException {
    OpenFile file = byHandle.get(handle);
    if (file == null
        || file.node() != node
        || file.isDirectory() != isDirectory
        || !file.shared().acquire()) {
      throw new FuseException(Errno.EBADF);
    }
    return file;
  }

  /// Begins a use of what stands for a node: the handle if there is one, else the file itself.
  SharedFd use(long node, @Nullable Long handle) throws FuseException {
    if (handle != null) {
      synchronized (this) {
        OpenFile file = byHandle.get(handle);
        if (file != null && file.node() == node && file.shared().acquire()) {
          return file.shared();
        }
      }
    }
    return inodes.use(inodes.get(node));
  }

  /// Whether this is a handle of the node, open for writing.
  synchronized boolean isWritable(long node, long handle) {
    OpenFile file = byHandle.get(handle);
    return file != null && file.node() == node && file.isWritable();
  }

  /// Gives a handle up.
  ///
  /// @param isDirectory whether it must be one of a directory
  /// @return false if there is no such handle
  boolean release(long node, long handle, boolean isDirectory) {
    OpenFile file;
    synchronized (this) {
      file = byHandle.get(handle);
      if (file == null || file.node() != node || file.isDirectory() != isDirectory) {
        return false;
      }
      byHandle.remove(handle);
    }
    inodes.removeHandle(file.inode(), file.shared());
    file.shared().close();
    return true;
  }

  /// How many there are.
  synchronized int size() {
    return byHandle.size();
  }

  /// Gives all of them up.
  void reset() {
    List<OpenFile> files;
    synchronized (this) {
      files = new ArrayList<>(byHandle.values());
      byHandle.clear();
    }
    for (OpenFile file : files) {
      inodes.removeHandle(file.inode(), file.shared());
      file.shared().close();
    }
  }
}
