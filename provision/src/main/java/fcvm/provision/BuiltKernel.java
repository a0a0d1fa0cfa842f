package fcvm.provision;

import fcvm.linux.Arch;
import java.nio.file.Path;
import java.time.Instant;

/// A kernel that was built here.
///
/// @param path its file
/// @param profile what it was built for, such as `nested`
/// @param version Linux's, such as `7.3.4`
/// @param arch what it runs on
/// @param size bytes
/// @param built when
/// @param isCurrent whether it was built as this program would build it: with the options of the
///   profile as they are now
public record BuiltKernel(
    Path path,
    String profile,
    String version,
    Arch arch,
    long size,
    Instant built,
    boolean isCurrent) {
  /// The file's name, which is unique.
  public String name() {
    return path.getFileName().toString();
  }
}
