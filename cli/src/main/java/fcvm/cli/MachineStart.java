package fcvm.cli;

import fcvm.machine.Machine;
import fcvm.provision.Provision;
import fcvm.provision.Setup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm machine start`.
final class MachineStart implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm machine start [OPTIONS]")
        .footer("", "Starting one that is up is not an error.");
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    Machine machine = new Machines(invocation).chosen();
    return Interruptible.run(() -> {
      new Setup(new Provision(invocation.dirs(), invocation.progress())).run(machine.arch());
      machine.start(invocation.progress());
      return 0;
    });
  }
}
