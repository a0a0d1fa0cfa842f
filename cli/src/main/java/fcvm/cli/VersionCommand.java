package fcvm.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm version`.
final class VersionCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm version");
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    invocation.streams().print("fcvm " + Version.number() + "\n");
    return 0;
  }
}
