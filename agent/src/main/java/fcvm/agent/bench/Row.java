package fcvm.agent.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// A row of the table: one kind of work, the same on every file system.
public enum Row {
  SEQUENTIAL_WRITE("sequential write, 1 MiB, then fsync", "MiB/s", "synced"),
  SEQUENTIAL_READ("sequential read, 1 MiB", "MiB/s", "dropped before"),
  RANDOM_READ("random read, 4 KiB, O_DIRECT", "ops/s", "bypassed"),
  RANDOM_WRITE("random write, 4 KiB", "ops/s", "in play"),
  RANDOM_WRITE_DIRECT("random write, 4 KiB, O_DIRECT", "ops/s", "bypassed"),
  RANDOM_WRITE_SYNC("random write, 4 KiB, O_DSYNC", "ops/s", "synced"),
  CREATE_UNLINK("create, unlink", "ops/s", "in play"),
  STAT_COLD("stat, cold", "ops/s", "dropped before"),
  STAT_WARM("stat, warm", "ops/s", "in play"),
  READDIR("readdir", "entries/s", "dropped before"),
  SMALL_FILES("new 4 KiB files, fsync, 4 threads", "files/s", "synced"),
  TREE_WALK("walk: lstat all, read small", "files/s", "dropped before");

  private final String title;
  private final String unit;
  private final String pageCache;

  Row(String title, String unit, String pageCache) {
    this.title = title;
    this.unit = unit;
    this.pageCache = pageCache;
  }

  /// Its name on the console and in JSON.
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The row with this key, if there is one.
  public static Optional<Row> of(String key) {
    return Arrays.stream(values()).filter(row -> row.key().equals(key)).findFirst();
  }

  /// What is done, in a few words.
  public String title() {
    return title;
  }

  /// What is counted, per second.
  public String unit() {
    return unit;
  }

  /// What part the guest's page cache has.
  public String pageCache() {
    return pageCache;
  }
}
