package fcvm.container;

import fcvm.container.image.GuestImage;
import fcvm.linux.Arch;
import fcvm.provision.Kernel;
import fcvm.provision.Provision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/// The files that a guest is made of, the same for all guests but the image.
///
/// @param kernel what to boot
/// @param initrd modules, and the first steps to the root file system
/// @param rootfs the root file system's image, read-only
/// @param blankDisk the template of the writable disk
/// @param pci whether the guest has its devices on PCI: it is faster, but takes a kernel that is
///   known to have the drivers
/// @param image the disk with the container's image; empty for one that the root file system has
public record GuestFiles(
    Path kernel, Path initrd, Path rootfs, Path blankDisk, boolean pci, Optional<Path> image) {
  private static final String PCI = "pci";
  private static final String MMIO = "mmio";

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
        kernel.image(),
        kernel.initrd(),
        provision.rootfs(arch),
        provision.blankDisk(),
        chosen.isEmpty(),
        Optional.empty());
  }

  /// The same with an image.
  public GuestFiles with(GuestImage chosen) {
    return new GuestFiles(kernel, initrd, rootfs, blankDisk, pci, chosen.disk());
  }

  /// The same for guests whose image is in the root file system.
  GuestFiles withoutImage() {
    return new GuestFiles(kernel, initrd, rootfs, blankDisk, pci, Optional.empty());
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
    List<Path> all = new ArrayList<>(List.of(kernel, initrd, rootfs, blankDisk));
    image.ifPresent(all::add);
    return all;
  }

  private static Path relative(Path directory, Path file) {
    if (!file.startsWith(directory)) {
      throw new IllegalArgumentException(file + " is not in " + directory);
    }
    return directory.relativize(file);
  }

  /// As one line, for another process of this computer.
  public String line() {
    StringJoiner line = new StringJoiner(":").add(pci ? PCI : MMIO);
    all().forEach(file -> line.add(file.toString()));
    return line.toString();
  }

  /// As one line, for a computer that has the directory they are in at another place.
  ///
  /// @throws IllegalArgumentException if one of them is not in it
  public String line(Path directory, Path there) {
    StringJoiner line = new StringJoiner(":").add(pci ? PCI : MMIO);
    for (Path file : all()) {
      line.add(there.resolve(relative(directory, file)).toString());
    }
    return line.toString();
  }

  /// Reads what [#line] wrote.
  ///
  /// @throws ContainerException if it is something else
  public static GuestFiles parse(String line) throws ContainerException {
    String[] words = line.split(":", -1);
    boolean pci = words[0].equals(PCI);
    if ((words.length != 5 && words.length != 6) || !(pci || words[0].equals(MMIO))) {
      throw new ContainerException("not the files of a guest: " + line);
    }
    return new GuestFiles(
        Path.of(words[1]),
        Path.of(words[2]),
        Path.of(words[3]),
        Path.of(words[4]),
        pci,
        words.length == 5 ? Optional.empty() : Optional.of(Path.of(words[5])));
  }
}
