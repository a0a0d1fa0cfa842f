package fcvm.provision;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The template of every guest's writable disk: an empty ext4 in a sparse file.
final class BlankDisk {
  static final long SIZE = 10L << 30;

  /// Inode tables and journal are left to be zeroed lazily: in a new sparse file they are zero.
  private static final List<String> OPTIONS =
      List.of(
          "-q",
          "-F",
          "-t",
          "ext4",
          "-m",
          "0",
          "-L",
          "fcvm",
          "-E",
          "lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner=0:0,assume_storage_prezeroed=1");

  private BlankDisk() {}

  static void build(ToolTree tools, Path file) throws IOException {
    java.nio.file.Files.createFile(file);
    SparseFile.extend(file, SIZE);
    List<String> arguments = new java.util.ArrayList<>(OPTIONS);
    arguments.add(file.toString());
    new Command(tools.command("mke2fs", arguments))
        .with("MKE2FS_CONFIG", tools.root().resolve("etc/mke2fs.conf").toString())
        .run(line -> {});
  }

  static ContentKey key() {
    return new ContentKey().add(OPTIONS).add(Long.toString(SIZE));
  }
}
