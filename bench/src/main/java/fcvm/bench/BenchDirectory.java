package fcvm.bench;

import fcvm.container.Tree;
import fcvm.linux.FileLock;
import java.io.IOException;
import java.nio.file.Path;

/// The directory of a bench, for one at a time, deleted at its end. What a killed one left is
/// deleted by the next.
final class BenchDirectory implements AutoCloseable {
  private final Path path;
  private final FileLock lock;

  /// @param path of the directory, whose parent is there
  /// @throws IOException if another bench has it
  BenchDirectory(Path path) throws IOException {
    FileLock free = FileLock.tryExclusive(path + ".lock");
    if (free == null) {
      throw new IOException("another bench is running: two would measure each other");
    }
    this.path = path;
    this.lock = free;
    try {
      clear();
    } catch (IOException e) {
      free.close();
      throw e;
    }
  }

  Path path() {
    return path;
  }

  /// Makes it empty. Links in it are a guest's: deleted, not followed.
  void clear() throws IOException {
    Tree.delete(path);
    Tree.create(path);
  }

  @Override
  public void close() throws IOException {
    try {
      Tree.delete(path);
    } finally {
      lock.close();
    }
  }
}
