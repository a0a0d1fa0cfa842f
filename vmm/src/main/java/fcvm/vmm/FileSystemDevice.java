package fcvm.vmm;

import fcvm.fuse.FileSystem;
import fcvm.fuse.FuseServer;
import fcvm.fuse.Limits;
import fcvm.fuse.Passthrough;
import fcvm.fuse.Selection;
import fcvm.linux.Errno;
import fcvm.virtio.fs.Fs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// Makes the device for a directory or file of the host.
final class FileSystemDevice {
  /// Each has an event and memory of its own.
  private static final int MAX_REQUEST_QUEUES = 8;

  private FileSystemDevice() {}

  /// @param count how many such devices the microVM has: they share what the process may use
  /// @param vcpus how many processors send requests
  /// @throws IOException if the path is not there, not readable, or no directory or regular file;
  ///   the message names tag, path and reason
  static Fs of(DeviceSpec.FileSystem spec, int count, int vcpus) throws IOException {
    FileSystem fileSystem;
    try {
      fileSystem = fileSystem(spec, Limits.of(count));
    } catch (IOException e) {
      throw new IOException(
          "file system \"" + spec.tag() + "\": " + spec.path() + ": " + reason(e), e);
    }
    FuseServer server = new FuseServer(fileSystem, spec.options());
    return new Fs(spec.tag(), server, Math.min(vcpus, MAX_REQUEST_QUEUES));
  }

  private static FileSystem fileSystem(DeviceSpec.FileSystem spec, Limits limits)
      throws IOException {
    Path real = spec.path().toRealPath();
    boolean isReadOnly = spec.options().isReadOnly();
    boolean isDirectory = Files.isDirectory(real);
    if (!isDirectory && !Files.isRegularFile(real)) {
      throw new IOException("neither a directory nor a regular file");
    }
    if (!Files.isReadable(real) || (isDirectory && !Files.isExecutable(real))) {
      throw new AccessDeniedException(real.toString());
    }
    if (isDirectory) {
      Passthrough all = new Passthrough(real, limits, isReadOnly);
      return spec.only().isEmpty() ? all : new Selection(all, bytes(spec.only()));
    }
    Path directory = real.getParent();
    Path name = real.getFileName();
    if (directory == null || name == null) {
      throw new AssertionError("a regular file is in a directory");
    }
    return new Selection(
        new Passthrough(directory, limits, isReadOnly), bytes(List.of(name.toString())));
  }

  private static List<byte[]> bytes(List<String> names) {
    return names.stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> Errno.ENOENT.text();
      case AccessDeniedException _ -> Errno.EACCES.text();
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
