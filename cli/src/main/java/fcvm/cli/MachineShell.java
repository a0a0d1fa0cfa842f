package fcvm.cli;

import fcvm.linux.Terminal;
import fcvm.machine.Machine;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm machine shell`.
final class MachineShell implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm machine shell [OPTIONS]")
        .footer(
            "", "Starts the machine if it is not up. Without a terminal the shell reads a script.");
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    Machine machine = new Machines(invocation).chosen();
    boolean tty = Terminal.isTerminal(Terminal.STDIN);
    return new Forward(invocation, true, tty)
        .run(
            () -> {
              machine.start(invocation.progress());
              return machine;
            },
            List.of("sh", tty ? "-il" : "-s"));
  }
}
