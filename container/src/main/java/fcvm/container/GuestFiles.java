package fcvm.container;

import fcvm.linux.Arch;
import fcvm.provision.Kernel;
import fcvm.provision.Provision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/// The files that a guest is made of, the same for all guests.
///
/// @param kernel what to boot
/// @param initrd modules, and the first steps to the root file system
/// @param rootfs the root file system's image, read-only
/// @param blankDisk the template of the writable disk
public record GuestFiles(Path kernel, Path initrd, Path rootfs, Path blankDisk) {
  /// The variable of the environment that names them, where they are not for this process to make.
  public static final String VARIABLE = "FCVM_GUEST_FILES";

  /// Those for an architecture, made if they are missing: that may take minutes.
  ///
  /// @param chosen a kernel to boot instead of the usual one
  /// @throws ContainerException if there is no such kernel
  public static GuestFiles of(Provision provision, Arch arch, Optional<Path> chosen)
      throws IOException, ContainerException {
    Kernel kernel =
        chosen.isEmpty()
            ? provision.kernel(arch)
            : provision.kernel(arch, KernelFile.check(chosen.get()));
    return new GuestFiles(
        kernel.image(), kernel.initrd(), provision.rootfs(arch), provision.blankDisk());
  }

  /// The names in a directory that they are found under.
  ///
  /// @throws IllegalArgumentException if one of them is not in it
  List<String> namesIn(Path directory) {
    return all().stream()
        .map(file -> relative(directory, file).getName(0).toString())
        .distinct()
        .toList();
  }

  private List<Path> all() {
    return List.of(kernel, initrd, rootfs, blankDisk);
  }

  private static Path relative(Path directory, Path file) {
    if (!file.startsWith(directory)) {
      throw new IllegalArgumentException(file + " is not in " + directory);
    }
    return directory.relativize(file);
  }

  /// As one line, for a computer that has the directory they are in at another place.
  ///
  /// @throws IllegalArgumentException if one of them is not in it
  public String line(Path directory, Path there) {
    StringJoiner line = new StringJoiner(":");
    for (Path file : all()) {
      line.add(there.resolve(relative(directory, file)).toString());
    }
    return line.toString();
  }

  /// Reads what [#line] wrote.
  ///
  /// @throws ContainerException if it is something else
  public static GuestFiles parse(String line) throws ContainerException {
    String[] files = line.split(":", -1);
    if (files.length != 4) {
      throw new ContainerException("not the four files of a guest: " + line);
    }
    return new GuestFiles(
        Path.of(files[0]), Path.of(files[1]), Path.of(files[2]), Path.of(files[3]));
  }
}
