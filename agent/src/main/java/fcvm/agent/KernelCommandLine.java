package fcvm.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What the host told this guest on the kernel's command line: words `NAME` and `NAME=value`.
///
/// @param text as in `/proc/cmdline`
record KernelCommandLine(String text) {
  private static final Path FILE = Path.of("/proc/cmdline");

  static KernelCommandLine read() throws IOException {
    return new KernelCommandLine(Files.readString(FILE).trim());
  }

  boolean has(String name) {
    return find(name) != null;
  }

  /// The value of the last word with this name; empty if it has none; null without such a word.
  @Nullable String find(String name) {
    String found = null;
    int start = 0;
    while (start <= text.length()) {
      int space = text.indexOf(' ', start);
      int end = space < 0 ? text.length() : space;
      String word = text.substring(start, end);
      if (word.equals(name)) {
        found = "";
      } else if (word.length() > name.length()
          && word.startsWith(name)
          && word.charAt(name.length()) == '=') {
        found = word.substring(name.length() + 1);
      }
      start = end + 1;
    }
    return found;
  }
}
