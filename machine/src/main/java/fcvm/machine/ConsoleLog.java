package fcvm.machine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// What the machine's kernel and agent said since its start.
record ConsoleLog(Path path) {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final int TAIL_BYTES = 16 * 1024;
  private static final String POWER_DOWN = "reboot: Power down";
  private static final String PANIC = "Kernel panic - not syncing: ";

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
    return tail().contains(POWER_DOWN);
  }

  /// Why a machine that is gone without having powered off is gone.
  String reason() {
    String tail = tail();
    int panic = tail.indexOf(PANIC);
    return panic < 0
        ? "its QEMU process ended or was killed"
        : "its kernel panicked: "
            + tail.substring(panic + PANIC.length()).lines().findFirst().orElse("");
  }

  /// The last lines, for a message; and where the rest is.
  String excerpt(int lines) {
    List<String> all = tail().lines().filter(line -> !line.isBlank()).toList();
    String last = String.join("\n  ", all.subList(Math.max(all.size() - lines, 0), all.size()));
    return last.isEmpty() ? path + " is empty" : "the end of " + path + ":\n  " + last;
  }

  private String tail() {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(file.length(), TAIL_BYTES)];
      file.seek(file.length() - bytes.length);
      file.readFully(bytes);
      return printable(bytes);
    } catch (IOException e) {
      return "";
    }
  }

  // The guest's text goes to somebody's terminal.
  private static String printable(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII).replaceAll("[^\\n\\x20-\\x7e]", "");
  }
}
