package fcvm.container;

import fcvm.provision.KernelProfile;
import java.nio.file.Path;
import java.util.Optional;

/// Which kernel a VM boots, and with what.
///
/// @param path a kernel's file instead of the usual one
/// @param profile the same, by what it was built for; excludes `path`
/// @param arguments more for its command line; may be empty
public record KernelChoice(Optional<Path> path, Optional<KernelProfile> profile, String arguments) {
  /// The usual one.
  public static final KernelChoice USUAL = new KernelChoice(Optional.empty(), Optional.empty(), "");
}
