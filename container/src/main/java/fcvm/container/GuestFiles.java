package fcvm.container;

import java.nio.file.Path;

/// The files that a guest is made of, the same for all guests.
///
/// @param kernel what to boot
/// @param initrd modules, and the first steps to the root file system
/// @param rootfs the root file system's image, read-only
/// @param blankDisk the template of the writable disk
public record GuestFiles(Path kernel, Path initrd, Path rootfs, Path blankDisk) {
  /// Makes or finds the files.
  @FunctionalInterface
  public interface Source {
    /// May take minutes the first time.
    GuestFiles files() throws Exception;
  }

  /// The same with another kernel.
  GuestFiles with(Path otherKernel) {
    return new GuestFiles(otherKernel, initrd, rootfs, blankDisk);
  }
}
