package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.Stop;
import fcvm.container.VmRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
    if (vm.isLiving() && !Option.get(parsed, "--force", false)) {
      throw new ContainerException(
          "VM " + vm.name() + " runs: stop it first, or remove it with --force");
    }
    remove(vm, invocation);
    invocation.streams().print(vm.name() + "\n");
    return 0;
  }

  private static void remove(VmRecord vm, Invocation invocation)
      throws IOException, ContainerException {
    if (vm.isLiving()) {
      new Stop(invocation.store()).stop(vm, Duration.ZERO);
    }
    invocation.store().removeExited(vm);
  }

  /// Removes the VM of a name, if there is one, even if it runs.
  static void removeNamed(String name, Invocation invocation)
      throws IOException, ContainerException {
    for (Vms.Located located : Vms.all(invocation, true)) {
      VmRecord vm = located.vm();
      if (!vm.name().equals(name)) {
        continue;
      }
      if (located.machine().isPresent()) {
        List<String> command = Forward.fcvm(invocation, List.of("rm", "--force", "--", vm.id()));
        Machines.output(located.machine().get(), command);
      } else {
        remove(vm, invocation);
      }
    }
  }
}
