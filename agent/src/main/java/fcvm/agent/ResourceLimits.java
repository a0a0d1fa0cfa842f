package fcvm.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The resource limits in a container's configuration, as Podman wrote it. crun gives them to the
/// container's first process alone; a command that is run in it later has crun's own.
final class ResourceLimits {
  // Text cannot be mistaken for it: inside a string the quotes would be escaped.
  private static final Pattern ALL = Pattern.compile("\"rlimits\":\\[([^\\]]*)]");
  private static final Pattern ONE =
      Pattern.compile("\\{\"type\":\"RLIMIT_([A-Z]+)\",\"hard\":(\\d+),\"soft\":(\\d+)}");

  private ResourceLimits() {}

  /// The beginning of a command line that runs the rest of it with these limits, by util-linux'
  /// prlimit; empty if there are none.
  static List<String> prefix(String configuration) {
    List<String> command = new ArrayList<>();
    Matcher all = ALL.matcher(configuration);
    if (all.find()) {
      Matcher one = ONE.matcher(all.group(1));
      while (one.find()) {
        String name = one.group(1).toLowerCase(Locale.ROOT);
        command.add("--" + name + "=" + one.group(3) + ":" + one.group(2));
      }
    }
    if (!command.isEmpty()) {
      command.addFirst("prlimit");
    }
    return command;
  }
}
