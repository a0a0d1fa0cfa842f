package fcvm.agent.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// What `git status` does in a tree that it has not seen for long: lists each directory, asks for
/// each file's attributes, and reads those that are small. Counts files.
final class TreeWalk implements Workload {
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

  private static long walk(Path directory) throws IOException {
    long count = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        BasicFileAttributes attributes = Stat.lstat(entry);
        if (attributes.isDirectory()) {
          count += walk(entry);
          continue;
        }
        count++;
        if (attributes.size() <= Fixture.SMALL) {
          byte[] _ = Files.readAllBytes(entry);
        }
      }
    }
    return count;
  }
}
