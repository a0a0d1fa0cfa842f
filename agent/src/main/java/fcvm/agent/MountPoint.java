package fcvm.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A mounted file system, a line of `/proc/self/mountinfo` (`proc_pid_mountinfo(5)`):
///
/// ```
/// 36 35 98:0 /root /mount/point rw,noatime master:1 - ext4 /dev/vdb rw
/// ```
///
/// @param target where; octal escapes are left as they are
/// @param source the device, or a name
record MountPoint(String target, String source) {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final int TARGET = 4;
  private static final String SEPARATOR = " - ";

  static List<MountPoint> all() throws IOException {
    List<MountPoint> all = new ArrayList<>();
    for (String line : Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1)) {
      MountPoint point = parse(line);
      if (point != null) {
        all.add(point);
      }
    }
    return all;
  }

  /// The mount point of a line, or null if it is none.
  static @Nullable MountPoint parse(String line) {
    int separator = line.indexOf(SEPARATOR);
    if (separator < 0) {
      return null;
    }
    String afterType = line.substring(line.indexOf(' ', separator + SEPARATOR.length()) + 1);
    return new MountPoint(word(line, TARGET), word(afterType, 0));
  }

  private static String word(String line, int index) {
    int start = 0;
    for (int i = 0; i < index; i++) {
      start = line.indexOf(' ', start) + 1;
    }
    int end = line.indexOf(' ', start);
    return line.substring(start, end < 0 ? line.length() : end);
  }
}
