package fcvm.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm machine stop`.
final class MachineStop implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm machine stop [OPTIONS]")
        .footer("", "What runs in it ends. Stopping one that is not up is not an error.");
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    new Machines(invocation).chosen().stop(invocation.progress());
    return 0;
  }
}
