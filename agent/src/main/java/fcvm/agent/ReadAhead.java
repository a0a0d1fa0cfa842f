package fcvm.agent;

import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.Statx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How far Linux reads ahead on a volume: as far as one request to our server reaches.
///
/// A FUSE file system starts with 128 KiB, as any without a disk does, and its server can only ask
/// for less; so sequential reads are requests of 128 KiB, however large they may be.
final class ReadAhead {
  private static final Path BACKING_DEVICES = Path.of("/sys/class/bdi");

  /// The server takes requests of 1 MiB.
  private static final String KIB = "1024";

  private ReadAhead() {}

  /// Raises it for a mounted volume.
  ///
  /// @throws IOException if this kernel does not let us
  static void raise(Path mounted) throws IOException {
    Statx statx = new Statx();
    try (Fd root = Fd.open(mounted.toString(), Fd.O_PATH | Fd.O_DIRECTORY)) {
      // The server is asked about its root, which waits for the end of FUSE_INIT: that sets it.
      int result = statx.read(root);
      if (result < 0) {
        throw new LinuxException("statx of \"" + mounted + "\"", result);
      }
    }
    Path device = BACKING_DEVICES.resolve(statx.deviceName());
    Files.writeString(device.resolve("read_ahead_kb"), KIB);
  }
}
