package fcvm.vmm;

import fcvm.fuse.FileSystem;
import fcvm.fuse.FuseServer;
import fcvm.fuse.Limits;
import fcvm.fuse.Passthrough;
import fcvm.fuse.SingleFile;
import fcvm.virtio.fs.Fs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes the device for a directory or file of the host.
final class FileSystemDevice {
  /// Each has an event and memory of its own.
  private static final int MAX_REQUEST_QUEUES = 8;

  private FileSystemDevice() {}

  /// @param count how many such devices the microVM has: they share what the process may use
  /// @param vcpus how many processors send requests
  static Fs of(DeviceSpec.FileSystem spec, int count, int vcpus) throws IOException {
    FileSystem fileSystem = fileSystem(spec.path(), Limits.of(count));
    FuseServer server = new FuseServer(fileSystem, spec.options());
    return new Fs(spec.tag(), server, Math.min(vcpus, MAX_REQUEST_QUEUES));
  }

  private static FileSystem fileSystem(Path path, Limits limits) throws IOException {
    Path real = path.toRealPath();
    if (Files.isDirectory(real)) {
      return new Passthrough(real, limits);
    }
    if (!Files.isRegularFile(real)) {
      throw new IOException(
          "file system \"" + path + "\" is neither a directory nor a regular file");
    }
    Path directory = real.getParent();
    Path name = real.getFileName();
    if (directory == null || name == null) {
      throw new AssertionError("a regular file is in a directory");
    }
    byte[] bytes = name.toString().getBytes(StandardCharsets.UTF_8);
    return new SingleFile(new Passthrough(directory, limits), bytes);
  }
}
