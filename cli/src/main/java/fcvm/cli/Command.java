package fcvm.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// One command: what it takes, and what it does.
interface Command {
  /// Adds its options, arguments, synopsis and description. The global options are there already.
  void describe(CommandSpec spec);

  /// Does it.
  ///
  /// @return the process's exit code
  /// @throws UsageException if the arguments, each valid alone, make no sense together
  /// @throws Exception whose message is told to the user; the exit code is then 125
  int run(ParseResult parsed, Invocation invocation) throws Exception;
}
