package fcvm.machine;

import fcvm.linux.Arch;
import fcvm.provision.Kernel;
import fcvm.provision.PasstTree;
import fcvm.provision.Provision;
import fcvm.provision.ToolTree;
import java.io.IOException;
import java.nio.file.Path;

/// What a machine is made of, all there.
///
/// @param tools QEMU and virtiofsd
/// @param passt its way to the world
/// @param rootfs its root file system, the same as a microVM's
/// @param blankDisk what its own disk begins as
/// @param distribution fcvm itself for the machine's architecture
record MachineParts(
    ToolTree tools,
    PasstTree passt,
    Path kernel,
    Path initrd,
    Path rootfs,
    Path blankDisk,
    Path distribution) {

  /// Fetches and builds what is missing.
  static MachineParts of(Provision provision, Arch arch) throws IOException {
    Kernel kernel = provision.kernel(arch);
    return new MachineParts(
        provision.tools(),
        provision.passt(),
        kernel.image(),
        kernel.initrd(),
        provision.rootfs(arch),
        provision.blankDisk(),
        provision.distribution(arch));
  }
}
