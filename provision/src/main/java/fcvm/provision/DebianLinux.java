package fcvm.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Debian's source of Linux, the package `linux-source-VERSION`: with Debian's patches, of trixie
/// and its backports.
final class DebianLinux {
  static final String KIND = "linux-source";

  /// The archive's name in the directory that is built.
  static final String FILE = "linux.tar.xz";

  private static final String PREFIX = "linux-source-";
  private static final Pattern PACKAGE = Pattern.compile(PREFIX + "\\d+(\\.\\d+)+");

  /// Older ones lack nested virtualization on arm64.
  private static final int[] LEAST = {6, 16};

  private DebianLinux() {}

  static ContentKey key() {
    return new ContentKey().add(Apt.SUITE).add("1");
  }

  /// Makes a directory with the archive.
  static void build(Path directory, Apt.Session session) throws IOException {
    String name =
        choose(session.names("^" + PREFIX + "[0-9.]+$"))
            .orElseThrow(() ->
                new ProvisionException(
                    "the Debian mirror has no linux-source 6.16 or newer in trixie-backports: set "
                        + DebianMirror.VARIABLE
                        + " to one that has, or give a kernel's source with --source"));
    Path unpacked = Files.createDirectories(directory.resolve("unpacked"));
    for (Path deb : session.alone(List.of(name))) {
      new Deb(deb).unpack(unpacked);
    }
    Files.move(
        unpacked.resolve("usr/src/" + name + ".tar.xz"),
        directory.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE);
    Trees.delete(unpacked);
  }

  /// The newest, if it is new enough.
  static Optional<String> choose(Collection<String> packages) {
    return packages.stream()
        .filter(name -> PACKAGE.matcher(name).matches())
        .max(Comparator.comparing(DebianLinux::numbers, Arrays::compare))
        .filter(name -> Arrays.compare(numbers(name), LEAST) >= 0);
  }

  private static int[] numbers(String name) {
    return Arrays.stream(name.substring(PREFIX.length()).split("\\."))
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
