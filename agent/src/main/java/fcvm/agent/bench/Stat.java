package fcvm.agent.bench;

import fcvm.linux.LinuxException;
import fcvm.linux.Statx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Asks for files' attributes: of many once, or of few again and again. Counts questions.
final class Stat implements Workload {
  private static final int DIRECTORIES = 8;

  private final List<Path> files = new ArrayList<>();
  private final Statx statx = new Statx();
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
      lstat(statx, file);
    }
    return files.size();
  }

  /// `lstat(2)`. Java's own call asks for the time of birth as well; a FUSE server that knows it is
  /// then asked twice for a file that is new to the kernel.
  static void lstat(Statx statx, Path file) throws LinuxException {
    int result = statx.lstat(file.toString());
    if (result < 0) {
      throw new LinuxException("lstat of \"" + file + "\"", result);
    }
  }
}
