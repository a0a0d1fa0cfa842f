package fcvm.agent.bench;

import fcvm.linux.DirectoryEntry;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;

/// Files that come and go in the scratch directory. Any thread.
///
/// They are removed by `unlinkat(2)` alone, as other programs do it: Java's own removal first asks
/// for a file's attributes.
final class Scratch implements AutoCloseable {
  private final Path path;
  private final Fd directory;

  Scratch(Fixture fixture) throws LinuxException {
    this.path = fixture.scratch();
    this.directory = Fd.open(path.toString(), Fd.O_PATH | Fd.O_DIRECTORY);
  }

  /// Paths of so many files, which are not there yet.
  List<Path> files(int count) {
    return Fixture.files(path, count);
  }

  /// Removes one of them.
  void unlink(Path file) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      String name = file.getFileName().toString();
      int result = DirectoryEntry.unlink(directory, arena.allocateFrom(name));
      if (result < 0) {
        throw new LinuxException("unlink of \"" + file + "\"", result);
      }
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
