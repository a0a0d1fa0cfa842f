package fcvm.fuse;

import fcvm.linux.LinuxException;
import fcvm.linux.Mount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Mounts of tests. Their source names the process, so that those which a killed one left are found
/// and taken away by the next: a dead server's directory can be neither used nor deleted.
final class TestMount {
  private static final String SOURCE = "fcvm-test-";

  /// `36 35 98:0 /root /mount/point rw - tmpfs fcvm-test-4711 rw`; escapes are octal.
  private static final Pattern OURS =
      Pattern.compile("\\S+ \\S+ \\S+ \\S+ (\\S+) .* - \\S+ " + SOURCE + "([0-9]{1,18}) .*");

  private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

  static {
    try {
      sweep();
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private TestMount() {}

  static void mount(Path target, String type, String options) throws LinuxException {
    Mount.mount(source(ProcessHandle.current().pid()), target.toString(), type, 0, options);
  }

  static String source(long pid) {
    return SOURCE + pid;
  }

  /// Takes away the mounts of processes that have gone.
  static void sweep() throws IOException {
    Path mounts = Path.of("/proc/self/mountinfo");
    for (String line : Files.readAllLines(mounts, StandardCharsets.ISO_8859_1)) {
      Matcher ours = OURS.matcher(line);
      if (ours.matches() && ProcessHandle.of(Long.parseLong(ours.group(2))).isEmpty()) {
        Mount.detachResult(unescaped(ours.group(1)));
      }
    }
  }

  private static String unescaped(String path) {
    return ESCAPE
        .matcher(path)
        .replaceAll(escape ->
            Matcher.quoteReplacement(Character.toString(Integer.parseInt(escape.group(1), 8))));
  }
}
