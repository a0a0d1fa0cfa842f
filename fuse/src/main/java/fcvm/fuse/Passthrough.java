package fcvm.fuse;

import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.Statx;
import java.nio.file.Path;

/// A directory of this computer, as it is.
///
/// Nothing outside it is reached: names are looked up one at a time in open directories, symbolic
/// links are never followed, only regular files and directories are opened, and those through a
/// descriptor that already names them.
///
/// **Who may do what** is the guest's kernel's decision: virtio-fs always makes it check owners,
/// permissions and ACLs of the attributes that it has from here. As root, the host then makes new
/// files as the caller, so that owners, set-group-ID directories and default ACLs come out right,
/// and does everything else as root; so the guest's root is root here, in this directory. As any
/// other user, the host checks once more that this user may: see [Ownership].
///
/// What a guest may make it hold is bounded by [Limits].
public final class Passthrough implements FileSystem {
  private final HostTree tree;
  private final Names names;
  private final Files files;
  private final Directories directories;
  private final Attributes attributes;
  private final Locks locks;

  /// Opens a directory.
  ///
  /// @param directory may be a symbolic link to one
  /// @throws LinuxException if there is no such directory, or it may not be opened
  public Passthrough(Path directory, Limits limits) throws LinuxException {
    this(directory, limits, false);
  }

  /// @param isReadOnly whether no file is opened for writing, not even to lock it, which would keep
  ///   the host from executing it; that the guest changes nothing is for [ReadOnly] to see to
  public Passthrough(Path directory, Limits limits, boolean isReadOnly) throws LinuxException {
    this(directory, limits, isReadOnly, Ownership.ofThisProcess());
  }

  Passthrough(Path directory, Limits limits, boolean isReadOnly, Ownership ownership)
      throws LinuxException {
    Fd root = Fd.open(directory.toString(), Fd.O_PATH | Fd.O_DIRECTORY);
    Statx statx = new Statx();
    int result = statx.read(root);
    if (result < 0) {
      root.close();
      throw new LinuxException("statx of \"" + directory + "\"", result);
    }
    try {
      this.tree = new HostTree(root, statx, limits, isReadOnly, ownership);
    } catch (LinuxException e) {
      root.close();
      throw e;
    }
    this.names = new HostNames(tree);
    this.files = new HostFiles(tree);
    this.directories = new HostDirectories(tree);
    this.attributes = new HostAttributes(tree);
    this.locks = new HostLocks(tree);
  }

  /// For tests of what it holds.
  HostTree tree() {
    return tree;
  }

  @Override
  public Names names() {
    return names;
  }

  @Override
  public Files files() {
    return files;
  }

  @Override
  public Directories directories() {
    return directories;
  }

  @Override
  public Attributes attributes() {
    return attributes;
  }

  @Override
  public Locks locks() {
    return locks;
  }

  @Override
  public void reset(boolean hasWritebackCache) {
    tree.reset(hasWritebackCache);
  }

  @Override
  public void close() {
    tree.close();
  }
}
