package fcvm.machine;

import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.Statx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A directory of the computer, and how a slot of the machine has it.
///
/// @param path where it was found; it may be somewhere else by now
/// @param readOnly whether nothing can be changed through the slot
/// @param mount what it was found through: the same directory may be writable through one mount and
///   not through another, or have other file systems in it
/// @param device which file system it is on
/// @param inode its number there
/// @param bornNanos when it was made, nanoseconds since 1970, because numbers are used again; 0
///   where the file system does not know
record SlotDirectory(
    Path path, boolean readOnly, long mount, int device, long inode, long bornNanos) {
  private static final long NANOS = 1_000_000_000;

  /// The directory that has a path now.
  static SlotDirectory of(Path path, boolean readOnly) throws IOException {
    try (Fd directory = Fd.open(path.toString(), Fd.O_PATH | Fd.O_DIRECTORY)) {
      Statx is = new Statx();
      int result = is.read(directory);
      if (result < 0) {
        throw new LinuxException("statx(\"" + path + "\")", result);
      }
      long born = is.btime() * NANOS + is.btimeNanos();
      return new SlotDirectory(path, readOnly, is.mountId(), is.dev(), is.ino(), born);
    }
  }

  /// Whether one slot does for both: they are one directory, whatever its path, in one way.
  boolean isSameAs(SlotDirectory other) {
    return readOnly == other.readOnly
        && mount == other.mount
        && device == other.device
        && inode == other.inode
        && bornNanos == other.bornNanos;
  }

  void write(Path file) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("path", path.toString());
    json.put("readOnly", readOnly);
    json.put("mount", mount);
    json.put("device", device);
    json.put("inode", inode);
    json.put("bornNanos", bornNanos);
    JsonObject.write(file, json);
  }

  /// The record in a file; empty if there is none.
  static Optional<SlotDirectory> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonObject json = JsonObject.read(file);
    return Optional.of(
        new SlotDirectory(
            Path.of(json.text("path")),
            json.flag("readOnly"),
            json.longNumber("mount"),
            json.number("device"),
            json.longNumber("inode"),
            json.longNumber("bornNanos")));
  }
}
