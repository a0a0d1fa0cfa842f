package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.Stop;
import fcvm.container.VmRecord;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm rm`.
final class RemoveCommand extends VmsCommand {
  RemoveCommand() {
    super("rm");
  }

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm rm [OPTIONS] VM...");
    spec.addOption(Option.flag("Kill it first if it runs.", "-f", "--force"));
    describeNames(spec, "Remove all that have exited; with --force, all.");
  }

  @Override
  boolean isMeantByAll(VmRecord vm, ParseResult parsed) {
    return !vm.isLiving() || Option.get(parsed, "--force", false);
  }

  @Override
  int local(VmRecord vm, ParseResult parsed, Invocation invocation) throws Exception {
    if (vm.isLiving()) {
      if (!Option.get(parsed, "--force", false)) {
        throw new ContainerException(
            "VM " + vm.name() + " runs: stop it first, or remove it with --force");
      }
      new Stop(invocation.store()).stop(vm, Duration.ZERO);
    }
    invocation.store().removeExited(vm);
    invocation.streams().print(vm.name() + "\n");
    return 0;
  }
}
