package fcvm.bench;

import fcvm.linux.FileLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

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

  /// Makes it empty.
  void clear() throws IOException {
    delete();
    Files.createDirectory(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  // Links in it are a guest's: deleted, not followed.
  private void delete() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> entries = Files.walk(path)) {
      deepestFirst = entries.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path entry : deepestFirst) {
      Files.delete(entry);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      delete();
    } finally {
      lock.close();
    }
  }
}
