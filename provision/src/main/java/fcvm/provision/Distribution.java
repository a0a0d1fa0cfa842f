package fcvm.provision;

import fcvm.provision.tar.TarWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// The distribution that the program runs from: `bin/fcvm`, `lib/*.jar` and `runtime/`.
///
/// @param home its directory
record Distribution(Path home) {
  /// Where its launcher looks for the AOT cache.
  static final String AOT_CACHE = "lib/fcvm.aot";

  /// Where a linked runtime keeps the options it was linked with (jlink's `--add-options`).
  private static final String OPTIONS = "modules/java.base/jdk/internal/vm/options";

  /// A key over what does not depend on the architecture.
  ContentKey key() throws IOException {
    ContentKey key = new ContentKey().add(javaOptions());
    for (Path file : files()) {
      key.add(home.relativize(file).toString()).add(Sha256.of(file));
    }
    return key;
  }

  /// Copies what does not depend on the architecture: the AOT cache beside the jars does.
  void copy(Path target) throws IOException {
    for (Path file : files()) {
      Path copy = target.resolve(home.relativize(file));
      Files.createDirectories(copy.resolveSibling(""));
      Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  /// Packs all of it into a gzipped tar. Equal distributions give equal archives.
  ///
  /// @param name of the directory that it unpacks to
  /// @param file replaced when the archive is whole
  void pack(String name, Path file) throws IOException {
    Path whole = file.toAbsolutePath();
    Path next = whole.resolveSibling(whole.getFileName() + ".part");
    try {
      try (TarWriter tar = new TarWriter(new GZIPOutputStream(Files.newOutputStream(next)))) {
        new TreeWriter(tar)
            .tree(name + "/bin", home.resolve("bin"))
            .tree(name + "/lib", home.resolve("lib"))
            .tree(name + "/runtime", home.resolve("runtime"));
      }
      Files.move(next, whole, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>(List.of(home.resolve("bin/fcvm")));
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(home.resolve("lib"), "*.jar")) {
      jars.forEach(files::add);
    }
    files.sort(null);
    return files;
  }

  /// Options that the running runtime was linked with, empty if none: another architecture's starts
  /// with the same.
  String javaOptions() throws IOException {
    Path options = FileSystems.getFileSystem(URI.create("jrt:/")).getPath(OPTIONS);
    return Files.exists(options) ? Files.readString(options).replace("\0", " ").strip() : "";
  }
}
