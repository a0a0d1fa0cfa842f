package fcvm.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A kernel that somebody chose with `--kernel`.
public final class KernelFile {
  private static final int DIGEST_BYTES = 6;

  private KernelFile() {}

  /// Checks that there is such a file; whether it is a kernel, the loader finds out.
  public static Path check(Path kernel) throws ContainerException {
    if (!Files.exists(kernel)) {
      throw new ContainerException("there is no kernel " + kernel);
    }
    if (!Files.isRegularFile(kernel) || !Files.isReadable(kernel)) {
      throw new ContainerException("the kernel " + kernel + " is not a file that can be read");
    }
    return kernel;
  }

  /// Copies it into the data directory, where the emulated machine sees it too, under a name made
  /// of its content: copied once, never changed. One that was built there stays where it is.
  ///
  /// @return the copy
  public static Path share(Path kernel, Path dataDirectory) throws ContainerException, IOException {
    check(kernel);
    Path directory = Tree.create(dataDirectory.resolve("kernels"));
    if (directory.equals(kernel.getParent())) {
      return kernel;
    }
    Path temporary =
        Files.createTempFile(
            directory,
            "kernel",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      try (var in = new DigestInputStream(Files.newInputStream(kernel), sha256)) {
        Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
      }
      String digest = HexFormat.of().formatHex(sha256.digest(), 0, DIGEST_BYTES);
      Path shared = directory.resolve("custom-" + digest);
      if (!Files.exists(shared)) {
        Files.move(temporary, shared, StandardCopyOption.ATOMIC_MOVE);
      }
      return shared;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    } catch (NoSuchFileException e) {
      throw new ContainerException("there is no kernel " + kernel, e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
