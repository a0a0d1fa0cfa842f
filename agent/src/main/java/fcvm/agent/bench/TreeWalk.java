package fcvm.agent.bench;

import fcvm.linux.Statx;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// What `git status` does in a tree that it has not seen for long: lists each directory, asks for
/// each file's attributes, and reads those that are small. Counts files.
final class TreeWalk implements Workload {
  private final Statx statx = new Statx();
  private final Fixture files;

  TreeWalk(Fixture files) {
    this.files = files;
  }

  @Override
  public boolean isCold() {
    return true;
  }

  @Override
  public long work() throws IOException {
    return walk(files.tree());
  }

  private long walk(Path directory) throws IOException {
    long count = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        Stat.lstat(statx, entry);
        if (statx.type() == Statx.S_IFDIR) {
          count += walk(entry);
          continue;
        }
        count++;
        if (statx.size() <= Fixture.SMALL) {
          byte[] _ = Files.readAllBytes(entry);
        }
      }
    }
    return count;
  }
}
