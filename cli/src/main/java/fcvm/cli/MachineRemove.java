package fcvm.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm machine rm`.
final class MachineRemove implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm machine rm [OPTIONS]")
        .footer("", "Its disk is deleted with it; what setup made stays.");
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    new Machines(invocation).chosen().remove(invocation.progress());
    return 0;
  }
}
