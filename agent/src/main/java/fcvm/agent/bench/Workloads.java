package fcvm.agent.bench;

import java.io.IOException;

/// The workload of each row.
final class Workloads {
  private Workloads() {}

  /// A row's work on some files.
  static Workload of(Row row, Fixture files) throws IOException {
    return switch (row) {
      case SEQUENTIAL_WRITE -> new SequentialWrite(files);
      case SEQUENTIAL_READ -> new SequentialRead(files);
      case RANDOM_READ -> new RandomDirect(files, false);
      case RANDOM_WRITE -> new RandomWrite(files, false);
      case RANDOM_WRITE_DIRECT -> new RandomDirect(files, true);
      case RANDOM_WRITE_SYNC -> new RandomWrite(files, true);
      case CREATE_UNLINK -> new CreateUnlink(files);
      case STAT_COLD -> new Stat(files, true);
      case STAT_WARM -> new Stat(files, false);
      case READDIR -> new ReadDirectories(files);
      case SMALL_FILES -> new SmallFiles(files);
      case TREE_WALK -> new TreeWalk(files);
    };
  }
}
