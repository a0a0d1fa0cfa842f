package fcvm.agent.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Makes some empty files, then removes them. Counts both.
final class CreateUnlink implements Workload {
  private static final int COUNT = 20;

  private final List<Path> files;

  CreateUnlink(Fixture fixture) {
    this.files = Fixture.files(fixture.scratch(), COUNT);
  }

  @Override
  public long work() throws IOException {
    for (Path file : files) {
      Files.createFile(file);
    }
    for (Path file : files) {
      Files.delete(file);
    }
    return 2L * COUNT;
  }
}
