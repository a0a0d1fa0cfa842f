package fcvm.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// A parsed command line as arguments again: for a process that is to do the same elsewhere.
final class Arguments {
  /// What every command takes, and no other process is to be told.
  private static final Set<String> GLOBALS = Set.of("--debug", "--progress", "--arch", "--help");

  private Arguments() {}

  /// The options as they were given, raw, by their longest names.
  ///
  /// @param without names of those to leave away
  static List<String> options(ParseResult parsed, Set<String> without) {
    List<String> arguments = new ArrayList<>();
    for (OptionSpec option : parsed.matchedOptionsSet()) {
      String name = option.longestName();
      if (GLOBALS.contains(name) || without.contains(name)) {
        continue;
      }
      if (option.arity().max() == 0) {
        if (Boolean.TRUE.equals(option.getValue())) {
          arguments.add(name);
        }
      } else if (option.arity().min() == 0) {
        option.originalStringValues().forEach(value -> arguments.add(name + "=" + value));
      } else {
        for (String value : option.originalStringValues()) {
          arguments.add(name);
          arguments.add(value);
        }
      }
    }
    return arguments;
  }
}
