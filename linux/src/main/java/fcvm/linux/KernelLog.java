package fcvm.linux;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The end of what a guest's kernel and its programs printed on their console. It is the guest's
/// text and goes to somebody's terminal, so only printable characters of it are here.
///
/// @param text lines, the last ones of the file
public record KernelLog(String text) {
  private static final int TAIL_BYTES = 16 * 1024;
  private static final int LINE_CHARACTERS = 200;
  private static final String POWER_DOWN = "reboot: Power down";
  private static final String PANIC = "Kernel panic - not syncing: ";

  /// Reads the end of a file; one that cannot be read is as good as empty.
  public static KernelLog endOf(Path path) {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.min(file.length(), TAIL_BYTES)];
      file.seek(file.length() - bytes.length);
      file.readFully(bytes);
      return new KernelLog(
          new String(bytes, StandardCharsets.US_ASCII).replaceAll("[^\\n\\x20-\\x7e]", ""));
    } catch (IOException e) {
      return new KernelLog("");
    }
  }

  /// Whether the kernel's last word was that it powers off.
  public boolean saysPowerOff() {
    return text.contains(POWER_DOWN);
  }

  /// Why the kernel panicked, if it did.
  public Optional<String> panic() {
    int panic = text.indexOf(PANIC);
    return panic < 0
        ? Optional.empty()
        : text.substring(panic + PANIC.length()).lines().findFirst().map(KernelLog::cut);
  }

  /// The last lines that are not blank.
  public List<String> lastLines(int count) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).map(KernelLog::cut).toList();
    return lines.subList(Math.max(lines.size() - count, 0), lines.size());
  }

  private static String cut(String line) {
    return line.length() <= LINE_CHARACTERS ? line : line.substring(0, LINE_CHARACTERS) + "...";
  }
}
