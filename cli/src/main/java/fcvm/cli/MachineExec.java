package fcvm.cli;

import fcvm.machine.Machine;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm machine exec`.
final class MachineExec implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm machine exec [OPTIONS] COMMAND [ARG...]");
    spec.addOption(Option.flag("Pass standard input to the command.", "-i", "--interactive"))
        .addOption(Option.flag("Give the command a terminal.", "-t", "--tty"))
        .addPositional(Option.trailing(0, "1..*", "COMMAND", "Command and arguments."));
    Option.stopAtFirstArgument(spec);
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    Machine machine = new Machines(invocation).chosen();
    return new Forward(
            invocation,
            Option.get(parsed, "--interactive", false),
            Option.get(parsed, "--tty", false))
        .run(() -> machine, Option.get(parsed, 0, List.of()));
  }
}
