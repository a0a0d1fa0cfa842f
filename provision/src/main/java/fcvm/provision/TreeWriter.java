package fcvm.provision;

import fcvm.provision.tar.TarEntry;
import fcvm.provision.tar.TarReader;
import fcvm.provision.tar.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/// Writes a guest's file tree into a tar, each path once: the first writer of a path wins, and
/// missing parent directories are made. All is owned by root, except what a package owns otherwise.
final class TreeWriter {
  /// `/bin` and its like are links into `/usr` in Debian.
  private static final Set<String> MERGED = Set.of("bin", "sbin", "lib", "lib64");

  private final TarWriter tar;
  private final Set<String> paths = new HashSet<>();

  TreeWriter(TarWriter tar) {
    this.tar = tar;
  }

  /// A directory, mode `rwxr-xr-x`.
  TreeWriter directory(String path) throws IOException {
    return directory(path, 0755);
  }

  TreeWriter directory(String path, int mode) throws IOException {
    if (claim(path)) {
      tar.entry(TarEntry.directory(path, mode), new byte[0]);
    }
    return this;
  }

  /// A text file, mode `rw-r--r--`.
  TreeWriter file(String path, String text) throws IOException {
    return file(path, 0644, text.getBytes(StandardCharsets.UTF_8));
  }

  TreeWriter file(String path, int mode, byte[] bytes) throws IOException {
    if (claim(path)) {
      tar.entry(TarEntry.file(path, mode, bytes.length), bytes);
    }
    return this;
  }

  /// A file of this computer, with its permissions.
  TreeWriter file(String path, Path source) throws IOException {
    if (claim(path)) {
      tar.entry(
          TarEntry.file(path, mode(source), Files.size(source)), out -> Files.copy(source, out));
    }
    return this;
  }

  /// A symbolic link.
  TreeWriter link(String path, String target) throws IOException {
    if (claim(path)) {
      tar.entry(TarEntry.link(path, target), new byte[0]);
    }
    return this;
  }

  /// A tree of this computer.
  TreeWriter tree(String path, Path source) throws IOException {
    for (Path file : Trees.sorted(source)) {
      String relative = source.relativize(file).toString();
      String name = relative.isEmpty() ? path : path + "/" + relative;
      if (Files.isSymbolicLink(file)) {
        link(name, Files.readSymbolicLink(file).toString());
      } else if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        directory(name);
      } else {
        file(name, file);
      }
    }
    return this;
  }

  /// Another tar's entries, under `/usr` where Debian merged.
  ///
  /// @param wanted of the merged paths
  TreeWriter archive(InputStream archive, Predicate<String> wanted) throws IOException {
    TarReader reader = new TarReader(archive);
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      String path = merged(entry.path());
      if (!path.isEmpty() && !MERGED.contains(path) && wanted.test(path) && claim(path)) {
        boolean isHardLink = entry.type() == TarEntry.HARD_LINK;
        String target = isHardLink ? merged(entry.target()) : entry.target();
        tar.entry(entry.at(path, target), reader::content);
      }
    }
    return this;
  }

  /// `./lib/x/` → `usr/lib/x`.
  static String merged(String name) {
    String path = name.startsWith("./") ? name.substring(2) : name;
    path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    path = path.equals(".") ? "" : path;
    int slash = path.indexOf('/');
    return slash > 0 && MERGED.contains(path.substring(0, slash)) ? "usr/" + path : path;
  }

  private boolean claim(String path) throws IOException {
    if (!paths.add(path)) {
      return false;
    }
    int slash = path.lastIndexOf('/');
    if (slash > 0) {
      directory(path.substring(0, slash));
    }
    return true;
  }

  private static int mode(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:mode") & 07777;
  }
}
