package fcvm.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What setup needs of the computer itself: apt and dpkg to fetch and unpack Debian's packages, and
/// the keys that verify them. All else comes from the packages fetched.
final class HostPackages {
  /// File that is there when the package is.
  private static final Map<String, List<Path>> NEEDED = new LinkedHashMap<>();

  static {
    NEEDED.put("apt", List.of(Path.of("/usr/bin/apt-get"), Path.of("/usr/bin/apt-cache")));
    NEEDED.put("dpkg", List.of(Path.of("/usr/bin/dpkg-deb")));
    NEEDED.put("debian-archive-keyring", List.of(Path.of(DebianMirror.KEYRING)));
  }

  private HostPackages() {}

  /// Installs what is missing when run by root.
  ///
  /// @throws ProvisionException if something is missing and cannot be installed; the message has
  ///   the command to run
  static void require(Progress progress, boolean isRoot) throws IOException {
    List<String> missing = missing();
    if (missing.isEmpty()) {
      return;
    }
    String packages = String.join(" ", missing);
    String remedy =
        "missing on this computer: " + packages + "; run: sudo apt-get install " + packages;
    if (!isRoot || missing.contains("apt") || missing.contains("dpkg")) {
      throw new ProvisionException(remedy);
    }
    try (Progress.Step step = progress.begin("installing " + packages + " with apt-get")) {
      step.progress(0, 0);
      List<String> command =
          new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
      command.addAll(missing);
      new Command(command).with("DEBIAN_FRONTEND", "noninteractive").run(line -> {});
    } catch (IOException e) {
      throw new ProvisionException(remedy, e);
    }
  }

  private static List<String> missing() {
    return NEEDED.entrySet().stream()
        .filter(needed -> !needed.getValue().stream().allMatch(Files::isReadable))
        .map(Map.Entry::getKey)
        .toList();
  }
}
