package fcvm.machine;

import fcvm.linux.KernelLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// What the machine's kernel and agent said since its start.
record ConsoleLog(Path path) {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /// Begins a new log. The one before is kept beside it, so that there are never more than two.
  void rotate() throws IOException {
    if (Files.exists(path)) {
      Path before = path.resolveSibling(path.getFileName() + ".1");
      Files.move(path, before, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.createFile(path, OWNER_ONLY);
  }

  /// Whether the machine's last word was that it powers off.
  boolean saysPowerOff() {
    return KernelLog.endOf(path).saysPowerOff();
  }

  /// Why a machine that is gone without having powered off is gone.
  String reason() {
    return KernelLog.endOf(path)
        .panic()
        .map(why -> "its kernel panicked: " + why)
        .orElse("its QEMU process ended or was killed");
  }

  /// The last lines, for a message; and where the rest is.
  String excerpt(int lines) {
    String last = String.join("\n  ", KernelLog.endOf(path).lastLines(lines));
    return last.isEmpty() ? path + " is empty" : "the end of " + path + ":\n  " + last;
  }
}
