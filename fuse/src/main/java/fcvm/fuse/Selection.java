package fcvm.fuse;

import java.util.List;

/// Some names of a directory, such as a single file's: the guest sees a directory with these
/// entries and nothing else, and can change what they stand for, but neither the directory nor
/// which names stand in it.
///
/// A program of the host that replaces a file by renaming another one over it is seen; one of the
/// guest is refused (EPERM), as with a file that is a mount point.
public final class Selection implements FileSystem {
  private final FileSystem fileSystem;
  private final Names names;
  private final Directories directories;
  private final Attributes attributes;

  /// @param fileSystem the directory; this one's from now on
  /// @param chosen names in it, bytes; those that are not there are not seen
  public Selection(FileSystem fileSystem, List<byte[]> chosen) {
    List<byte[]> own = chosen.stream().map(byte[]::clone).toList();
    this.fileSystem = fileSystem;
    this.names = new SelectionNames(fileSystem.names(), fileSystem.files(), own);
    this.directories = new SelectionDirectories(fileSystem.directories(), names, own);
    this.attributes = new SelectionAttributes(fileSystem.attributes());
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
