package fcvm.container;

import fcvm.linux.Arch;
import fcvm.provision.Kernel;
import fcvm.provision.Provision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The files that a guest is made of, the same for all guests.
///
/// @param kernel what to boot
/// @param initrd modules, and the first steps to the root file system
/// @param rootfs the root file system's image, read-only
/// @param blankDisk the template of the writable disk
public record GuestFiles(Path kernel, Path initrd, Path rootfs, Path blankDisk) {
  /// Those for this computer's own architecture, made if they are missing: that may take minutes.
  ///
  /// @param chosen a kernel to boot instead of the usual one
  /// @throws ContainerException if there is no such kernel
  public static GuestFiles of(Provision provision, Optional<Path> chosen)
      throws IOException, ContainerException {
    Arch arch = Arch.current();
    Kernel kernel =
        chosen.isEmpty()
            ? provision.kernel(arch)
            : provision.kernel(arch, KernelFile.check(chosen.get()));
    return new GuestFiles(
        kernel.image(), kernel.initrd(), provision.rootfs(arch), provision.blankDisk());
  }
}
