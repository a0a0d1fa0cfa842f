package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.linux.Arch;
import fcvm.provision.BuiltKernel;
import fcvm.provision.KernelProfile;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm kernel path`.
final class KernelPath implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm kernel path [OPTIONS]")
        .footer(
            "",
            "Prints the file of the profile's kernel that was built last; nothing is built. With"
                + " --arch, of that architecture.");
    spec.addOption(KernelOptions.profile());
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    KernelProfile profile = KernelOptions.profile(parsed);
    Arch arch = KernelOptions.arch(invocation);
    Optional<BuiltKernel> kernel = KernelOptions.kernels(invocation).find(profile, arch);
    if (kernel.isEmpty()) {
      throw new ContainerException(
          "no kernel %1$s for %2$s has been built: run fcvm kernel build --profile %1$s --arch %2$s"
              .formatted(profile, arch));
    }
    invocation.streams().print(kernel.get().path() + "\n");
    return 0;
  }
}
