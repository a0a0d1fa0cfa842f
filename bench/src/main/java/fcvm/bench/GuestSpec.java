package fcvm.bench;

import fcvm.container.GuestFiles;
import java.nio.file.Path;

/// A guest that measures, whoever runs it.
///
/// @param disk its own, writable
/// @param shared the host's directory that it mounts
/// @param commandLine the kernel's
record GuestSpec(
    GuestFiles files, Path disk, Path shared, int cpus, int memoryMib, String commandLine) {
  /// The shared directory's name in the guest.
  static final String TAG = "bench";
}
