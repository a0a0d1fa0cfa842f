package fcvm.agent.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Makes some empty files, then removes them. Counts both.
final class CreateUnlink implements Workload {
  private static final int COUNT = 20;

  private final Scratch scratch;
  private final List<Path> files;

  CreateUnlink(Fixture fixture) throws IOException {
    this.scratch = new Scratch(fixture);
    this.files = scratch.files(COUNT);
  }

  @Override
  public long work() throws IOException {
    for (Path file : files) {
      Files.createFile(file);
    }
    for (Path file : files) {
      scratch.unlink(file);
    }
    return 2L * COUNT;
  }

  @Override
  public void close() {
    scratch.close();
  }
}
