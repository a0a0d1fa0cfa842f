package fcvm.provision;

import fcvm.linux.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Linux's source, as somebody has it. tar(1) reads it, compressed in any way that it knows.
sealed interface KernelSource {
  /// A tar archive that has all in one directory.
  record Tarball(Path file) implements KernelSource {}

  /// A tree. Its repository does not count, if it is one's working tree.
  record Directory(Path root) implements KernelSource {}

  /// What the Makefile at the top says: `VERSION = 7`, and so on.
  Pattern NUMBER =
      Pattern.compile("(?m)^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*([\\w.+-]*)$");

  /// The source in a file or directory.
  ///
  /// @throws ProvisionException if it is neither
  static KernelSource of(Path path) throws ProvisionException {
    Path absolute = path.toAbsolutePath();
    if (Files.isDirectory(absolute)) {
      return new Directory(absolute);
    }
    if (!Files.exists(absolute)) {
      throw new ProvisionException("there is no kernel source " + path);
    }
    if (!Files.isRegularFile(absolute) || !Files.isReadable(absolute)) {
      throw new ProvisionException(
          "the kernel source " + path + " is neither a directory nor a file that can be read");
    }
    return new Tarball(absolute);
  }

  /// Where it is.
  default Path path() {
    return switch (this) {
      case Tarball(Path file) -> file;
      case Directory(Path root) -> root;
    };
  }

  /// SHA-256 over all of it.
  default String digest() throws IOException {
    return switch (this) {
      case Tarball(Path file) -> Sha256.of(file);
      case Directory(Path root) -> {
        MessageDigest digest = Sha256.digest();
        new Command(pack(root))
            .read(in ->
                new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream()));
        yield HexFormat.of().formatHex(digest.digest());
      }
    };
  }

  /// The same tree gives the same bytes, whoever has it and since when.
  private static List<String> pack(Path root) {
    return List.of(
        "tar",
        "--create",
        "--sort=name",
        "--mtime=@0",
        "--mode=u=rwX,go=rX",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
        "--exclude=./.git",
        "--directory=" + root,
        ".");
  }

  /// Linux's version, such as `7.3.4` or `7.4.0-rc2`.
  ///
  /// @throws ProvisionException if it is no source of Linux
  default String version() throws IOException {
    String makefile =
        switch (this) {
          case Tarball(Path file) -> extract(file, "*/Makefile");
          case Directory(Path root) -> read(root.resolve("Makefile"));
        };
    List<String> numbers = new ArrayList<>();
    String extra = "";
    Matcher matcher = NUMBER.matcher(makefile);
    while (matcher.find()) {
      if (matcher.group(1).equals("EXTRAVERSION")) {
        extra = matcher.group(2);
      } else {
        numbers.add(matcher.group(2));
      }
    }
    if (numbers.size() != 3 || numbers.stream().anyMatch(number -> !number.matches("\\d+"))) {
      throw notLinux("its Makefile does not say VERSION, PATCHLEVEL and SUBLEVEL");
    }
    return String.join(".", numbers) + extra;
  }

  private String read(Path makefile) throws IOException {
    try {
      return Files.readString(makefile);
    } catch (IOException e) {
      throw notLinux(IoReason.of(e));
    }
  }

  private String extract(Path file, String member) throws IOException {
    List<String> command =
        List.of(
            "tar",
            "--extract",
            "--to-stdout",
            "--occurrence=1",
            "--wildcards",
            "--no-wildcards-match-slash",
            "--file=" + file,
            member);
    try {
      return new Command(command).output();
    } catch (ProvisionException e) {
      throw broken(e);
    }
  }

  private ProvisionException notLinux(String why) {
    return new ProvisionException(
        path()
            + " is not Linux's source ("
            + why
            + "): name the directory that has its Makefile, or a tar archive of that");
  }

  private ProvisionException broken(ProvisionException cause) {
    return new ProvisionException(
        path() + " is not a whole tar archive of Linux's source: " + cause.getMessage(), cause);
  }

  /// Copies or unpacks it.
  ///
  /// @param target an empty directory
  default void unpack(Path target) throws IOException {
    List<String> unpack =
        new ArrayList<>(List.of("tar", "--extract", "--no-same-owner", "--directory=" + target));
    switch (this) {
      case Tarball(Path file) -> {
        unpack.addAll(List.of("--strip-components=1", "--file=" + file));
        try {
          new Command(unpack).run(line -> {});
        } catch (ProvisionException e) {
          throw broken(e);
        }
      }
      case Directory(Path root) -> new Command(pack(root)).read(in -> copy(in, unpack));
    }
    if (!Files.isRegularFile(target.resolve("Kconfig"))) {
      throw notLinux("there is no Kconfig beside its Makefile");
    }
  }

  private static void copy(InputStream in, List<String> unpack) throws IOException {
    new Command(unpack).write(in::transferTo);
  }
}
