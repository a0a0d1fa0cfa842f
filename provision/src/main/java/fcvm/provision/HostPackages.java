package fcvm.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What must be installed on the computer itself, because it is not run from packages fetched.
///
/// @param needed names of Debian's packages, each with files that are there when it is
record HostPackages(Map<String, List<Path>> needed) {
  /// For setup: apt and dpkg to fetch and unpack Debian's packages, and the keys that verify them.
  static HostPackages ofSetup() {
    Map<String, List<Path>> needed = new LinkedHashMap<>();
    needed.put("apt", List.of(Path.of("/usr/bin/apt-get"), Path.of("/usr/bin/apt-cache")));
    needed.put("dpkg", List.of(Path.of("/usr/bin/dpkg-deb")));
    needed.put("debian-archive-keyring", List.of(Path.of(DebianMirror.KEYRING)));
    return new HostPackages(needed);
  }

  /// Installs what is missing when run by root.
  ///
  /// @throws ProvisionException if something is missing and cannot be installed; the message has
  ///   the command to run
  void require(Progress progress) throws IOException {
    List<String> missing = missing();
    if (missing.isEmpty()) {
      return;
    }
    String packages = String.join(" ", missing);
    String remedy =
        "missing on this computer: " + packages + "; run: sudo apt-get install " + packages;
    if (!isRoot() || missing.contains("apt") || missing.contains("dpkg")) {
      throw new ProvisionException(remedy);
    }
    try (Progress.Step step = progress.begin("installing " + packages + " with apt-get")) {
      step.progress(0, 0);
      install(missing);
      step.done();
    } catch (ProvisionException e) {
      throw new ProvisionException(remedy, e);
    }
  }

  private static void install(List<String> packages) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
    command.addAll(packages);
    Command install = new Command(command).with("DEBIAN_FRONTEND", "noninteractive");
    try {
      install.run(line -> {});
    } catch (ProvisionException e) {
      // Its lists may be old, or not there at all as in a container's image.
      new Command("apt-get", "update").run(line -> {});
      install.run(line -> {});
    }
  }

  private static boolean isRoot() throws IOException {
    return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
  }

  private List<String> missing() {
    return needed.entrySet().stream()
        .filter(needed -> !needed.getValue().stream().allMatch(Files::isReadable))
        .map(Map.Entry::getKey)
        .toList();
  }
}
