package fcvm.provision;

import fcvm.linux.Arch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// A kernel that a guest boots, with its initrd.
///
/// @param image arm64: an Image; amd64: a bzImage or an ELF vmlinux
/// @param initrd the initial RAM file system
/// @param version the kernel's release, what `uname -r` says in the guest; empty if not known
public record Kernel(Path image, Path initrd, String version) {
  private static final int HEADER = 0x240;
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
  private static final byte[] BZIMAGE = "HdrS".getBytes(StandardCharsets.US_ASCII);
  private static final int BZIMAGE_MAGIC = 0x202;
  private static final byte[] ARM64_IMAGE = {'A', 'R', 'M', 0x64};
  private static final int ARM64_MAGIC = 0x38;

  /// Checks that a file can be a kernel for an architecture: readable, with its format's magic
  /// (`Documentation/arch/arm64/booting.rst`, `Documentation/arch/x86/boot.rst`, ELF).
  ///
  /// @throws ProvisionException if not; the message says why
  static void check(Path image, Arch arch) throws ProvisionException {
    byte[] header;
    try (InputStream in = Files.newInputStream(image)) {
      header = in.readNBytes(HEADER);
    } catch (IOException e) {
      throw new ProvisionException("kernel " + image + " cannot be read: " + reason(image), e);
    }
    boolean fits =
        switch (arch) {
          case AMD64 -> has(header, 0, ELF) || has(header, BZIMAGE_MAGIC, BZIMAGE);
          case ARM64 -> has(header, ARM64_MAGIC, ARM64_IMAGE);
        };
    if (!fits) {
      throw new ProvisionException("kernel " + image + " is not " + formats(arch));
    }
  }

  private static String reason(Path image) {
    if (!Files.exists(image)) {
      return "there is no such file";
    }
    return Files.isDirectory(image) ? "it is a directory" : "no permission";
  }

  private static String formats(Arch arch) {
    return switch (arch) {
      case AMD64 -> "a bzImage or an ELF vmlinux for amd64";
      case ARM64 -> "an uncompressed Image for arm64";
    };
  }

  private static boolean has(byte[] header, int offset, byte[] magic) {
    return header.length >= offset + magic.length
        && Arrays.equals(header, offset, offset + magic.length, magic, 0, magic.length);
  }
}
