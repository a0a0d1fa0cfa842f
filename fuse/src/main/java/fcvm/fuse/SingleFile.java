package fcvm.fuse;

/// One file of a directory: the guest sees a directory with that entry and nothing else, and can
/// change the file, but neither the directory nor what stands in it.
///
/// A program of the host that replaces the file by renaming another one over it is seen; one of the
/// guest is refused (EPERM), as with a file that is a mount point.
public final class SingleFile implements FileSystem {
  private final FileSystem fileSystem;
  private final Names names;
  private final Directories directories;
  private final Attributes attributes;

  /// @param fileSystem the file's directory; this one's from now on
  /// @param name the file's name in it, bytes
  public SingleFile(FileSystem fileSystem, byte[] name) {
    this.fileSystem = fileSystem;
    this.names = new SingleFileNames(fileSystem.names(), fileSystem.files(), name.clone());
    this.directories = new SingleFileDirectories(fileSystem.directories(), names, name.clone());
    this.attributes = new SingleFileAttributes(fileSystem.attributes());
  }

  @Override
  public Names names() {
    return names;
  }

  @Override
  public Files files() {
    return fileSystem.files();
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
    return fileSystem.locks();
  }

  @Override
  public void reset(boolean hasWritebackCache) {
    fileSystem.reset(hasWritebackCache);
  }

  @Override
  public void close() {
    fileSystem.close();
  }
}
