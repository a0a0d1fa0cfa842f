package fcvm.container;

import fcvm.agent.protocol.InnerFcvm;
import fcvm.agent.protocol.SharedDirectory;
import fcvm.fuse.FuseOptions;
import fcvm.vmm.DeviceSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What makes `fcvm` work in the system of a guest that is a hypervisor ([InnerFcvm]): the program,
/// and the files that its own guests are made of. Both come read-only, and of the data directory
/// only the names that are needed are seen.
///
/// @param distribution the directory of the program
/// @param files what guests are made of
/// @param data the data directory, which `files` are in
public record InnerFiles(Path distribution, GuestFiles files, Path data) {
  /// The guest's own guests have the image that is in the root file system.
  public InnerFiles {
    files = files.withoutImage();
  }

  private static final String DIST_TAG = "fcvm-dist";
  private static final String DATA_TAG = "fcvm-data";

  // Nothing of it changes while the guest runs, so the guest may believe what it knows.
  private static final Duration TIMEOUT = Duration.ofHours(1);
  private static final FuseOptions OPTIONS = new FuseOptions(true, TIMEOUT, TIMEOUT, false);

  /// The devices of the VM that bring it.
  List<DeviceSpec.FileSystem> devices() {
    return List.of(
        new DeviceSpec.FileSystem(DIST_TAG, distribution, OPTIONS),
        new DeviceSpec.FileSystem(DATA_TAG, data, OPTIONS, files.namesIn(data)));
  }

  /// Where the guest's system mounts them.
  List<SharedDirectory> shared() {
    return List.of(
        new SharedDirectory(DIST_TAG, InnerFcvm.DIST_DIR, true),
        new SharedDirectory(DATA_TAG, InnerFcvm.DATA_DIR, true));
  }

  /// What commands in the guest's system get, `NAME=value` each.
  List<byte[]> environment() {
    return InnerFcvm.environment(
        GuestFiles.VARIABLE + "=" + files.line(data, Path.of(InnerFcvm.DATA_DIR)));
  }
}
