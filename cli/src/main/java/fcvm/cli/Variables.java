package fcvm.cli;

import java.util.ArrayList;
import java.util.List;

/// What `--env` says.
final class Variables {
  private Variables() {}

  /// `NAME=VALUE` each; a name alone takes its value from here, and, as with Podman, one that is
  /// not set here is not set there.
  ///
  /// @param given raw, as is the result
  static List<String> of(List<String> given) throws UsageException {
    List<String> entries = new ArrayList<>();
    for (String variable : given) {
      if (variable.isEmpty() || variable.startsWith("=")) {
        throw new UsageException("--env: '" + Raw.text(variable) + "' has no name");
      }
      if (variable.contains("=")) {
        entries.add(variable);
      } else {
        Raw.environment(variable).ifPresent(value -> entries.add(variable + "=" + value));
      }
    }
    return entries;
  }
}
