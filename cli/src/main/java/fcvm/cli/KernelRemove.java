package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.provision.BuiltKernel;
import fcvm.provision.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm kernel rm`.
final class KernelRemove implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm kernel rm [OPTIONS] [NAME...]")
        .footer(
            "",
            "With --all, Debian's source goes too: the next build fetches what is newest then. VMs"
                + " that run are not disturbed.");
    spec.addOption(Option.flag("Remove all of them.", "-a", "--all"))
        .addPositional(Option.trailing(0, "0..*", "NAME", "Kernels, as fcvm kernel list says."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    List<String> names = Option.get(parsed, 0, List.<String>of()).stream().map(Raw::text).toList();
    boolean all = Option.get(parsed, "--all", false);
    if (all && !names.isEmpty()) {
      throw new UsageException("--all and names of kernels exclude each other");
    }
    if (!all && names.isEmpty()) {
      throw new UsageException("which kernel? Give its name, or --all");
    }
    Kernels kernels = KernelOptions.kernels(invocation);
    List<BuiltKernel> doomed = all ? kernels.list() : find(kernels.list(), names);
    if (all) {
      kernels.removeAll();
    }
    for (BuiltKernel kernel : doomed) {
      kernels.remove(kernel);
      invocation.streams().print(kernel.name() + "\n");
    }
    return 0;
  }

  // All are found before one is removed.
  private static List<BuiltKernel> find(List<BuiltKernel> kernels, List<String> names)
      throws ContainerException {
    List<BuiltKernel> found = new ArrayList<>();
    for (String name : names) {
      Optional<BuiltKernel> kernel =
          kernels.stream().filter(known -> known.name().equals(name)).findFirst();
      if (kernel.isEmpty()) {
        throw new ContainerException(
            "there is no kernel \"" + name + "\": fcvm kernel list shows those there are");
      }
      found.add(kernel.get());
    }
    return found;
  }
}
