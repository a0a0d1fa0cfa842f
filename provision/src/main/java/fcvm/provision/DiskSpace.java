package fcvm.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Room on a disk: asked for before a build, and named as the cause when it ran out.
public final class DiskSpace {
  // In lower case, as programs in Go say it.
  private static final String ENOSPC = "no space left on device";
  private static final String EDQUOT = "disk quota exceeded";

  private DiskSpace() {}

  /// @throws ProvisionException if the file system of `dir` has less than `bytes` left
  public static void require(Path dir, long bytes, String what) throws IOException {
    long usable = Files.getFileStore(dir).getUsableSpace();
    if (usable < bytes) {
      throw full(dir, bytes, usable, what, null);
    }
  }

  /// The exception to throw for a failed build: `e` itself unless the disk is full.
  public static IOException explain(IOException e, Path dir, long bytes, String what)
      throws IOException {
    for (Throwable t = e; t != null; t = t.getCause()) {
      String message = String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT);
      if (message.contains(ENOSPC) || message.contains(EDQUOT)) {
        return full(dir, bytes, Files.getFileStore(dir).getUsableSpace(), what, e);
      }
    }
    return e;
  }

  private static ProvisionException full(
      Path dir,
      long bytes,
      long usable,
      String what,
      @org.jspecify.annotations.Nullable IOException cause) {
    String message =
        "the disk of %s is full: %s, about %d MiB, does not fit into %d MiB; make room, or set FCVM_DATA_DIR to a directory on another disk"
            .formatted(dir, what, bytes / Artifact.MIB, usable / Artifact.MIB);
    return cause == null ? new ProvisionException(message) : new ProvisionException(message, cause);
  }
}
