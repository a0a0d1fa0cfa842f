package fcvm.agent.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/// Asks for files' attributes: of many once, or of few again and again. Counts questions.
final class Stat implements Workload {
  private static final int DIRECTORIES = 8;

  private final List<Path> files = new ArrayList<>();
  private final boolean isCold;

  Stat(Fixture fixture, boolean isCold) {
    this.isCold = isCold;
    for (int i = 0; i < (isCold ? DIRECTORIES : 1); i++) {
      files.addAll(Fixture.files(fixture.directory(i), Fixture.FILES_EACH));
    }
  }

  @Override
  public boolean isCold() {
    return isCold;
  }

  @Override
  public long work() throws IOException {
    for (Path file : files) {
      lstat(file);
    }
    return files.size();
  }

  /// `lstat(2)`.
  static BasicFileAttributes lstat(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }
}
