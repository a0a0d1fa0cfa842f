package fcvm.agent.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Lists directories, without their files' attributes. Counts entries.
final class ReadDirectories implements Workload {
  private final Fixture files;

  ReadDirectories(Fixture files) {
    this.files = files;
  }

  @Override
  public boolean isCold() {
    return true;
  }

  @Override
  public long work() throws IOException {
    long count = 0;
    for (int i = 0; i < Fixture.DIRECTORIES; i++) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(files.directory(i))) {
        for (Path _ : entries) {
          count++;
        }
      }
    }
    return count;
  }
}
