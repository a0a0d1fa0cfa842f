package fcvm.fuse;

/// Another file system, of which nothing can be changed: EROFS.
public final class ReadOnly implements FileSystem {
  private final FileSystem fileSystem;

  /// @param fileSystem this one's from now on
  public ReadOnly(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  @Override
  public Names names() {
    return new ReadOnlyNames(fileSystem.names(), fileSystem.files());
  }

  @Override
  public Files files() {
    return new ReadOnlyFiles(fileSystem.files());
  }

  /// Listing changes nothing.
  @Override
  public Directories directories() {
    return fileSystem.directories();
  }

  @Override
  public Attributes attributes() {
    return new ReadOnlyAttributes(fileSystem.attributes());
  }

  /// Locks keep others from writing, which readers may want.
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
